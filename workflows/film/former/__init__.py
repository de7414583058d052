"""The DAG of films that began before they had cuts: one version a beat, and all of it or nothing.

Here for such runs alone, which end as they began; histories of them replay. Nothing else uses it, and
nothing of it is changed.
"""
