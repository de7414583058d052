"""Knows how a film's file says in XMP what it is: the mark that needs no key."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from xml.sax.saxutils import escape

# The box of XMP in ISO media files (Adobe, XMP Specification Part 3, 1.1.5).
_XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
# The property is `Digital Source Type` of the IPTC Extension, which the IPTC asks for in generated media.
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def with_xmp(film: Path, out: Path, source: str, tool: str) -> None:
    """Writes a copy of an mp4 that says its digital source type (an address of the IPTC's) and what made it.
    The packet comes last: nothing before it moves, and what a player needs first stays first."""
    packet = _PACKET.format(source=escape(source), tool=escape(tool)).encode()
    shutil.copyfile(film, out)
    with out.open("ab") as file:
        file.write(struct.pack(">I4s16s", 24 + len(packet), b"uuid", _XMP) + packet)
