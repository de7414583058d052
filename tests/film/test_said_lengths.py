"""Lengths in the languages that films are asked for in, and what only looks like one."""

from __future__ import annotations

import pytest

from activities.film.planning.reading import read

SAID = {
    "Een film van 30 seconden over een mok": 30,
    "En film på 30 sekunder om en kopp": 30,
    "en reklamefilm på 45 sekunder": 45,
    "puinen tuoli, 30 sekuntia": 30,
    "Film o kubku 30 sekund": 30,
    "film o hrnku, třicet sekund": 30,
    "tridsaťsekundový film, 30 sekúnd": 30,
    "reklámfilm egy óráról, harminc másodperc": 30,
    "un clip de 30 de secunde": 30,
    "реклама за 30 секунди": 30,
    "film o satu, 30 sekundi": 30,
    "film o uri, 30 sekund": 30,
    "30 sekundit kohvist": 30,
    "30 sekundes par kafiju": 30,
    "30 sekundžių filmas": 30,
    "film 30 sekonda": 30,
    "un anunci de 30 segons": 30,
    "30 sekúndna mynd": 30,
    "30 saniyelik kupa filmi": 30,
    "30秒のコーヒーマグの映像": 30,
    "三十秒的短片": 30,
    "30초 머그잔 영화": 30,
    "فيلم مدته 30 ثانية عن كوب": 30,
    "تبلیغ ۳۰ ثانیه‌ای برای ساعت": 30,
    "سرٹیفکیٹ 30 سیکنڈ": 30,
    "סרטון של 30 שניות על ספל": 30,
    "चाय पर ३० सेकंड की फिल्म": 30,
    "চায়ের বিজ্ঞাপন, ৩০ সেকেন্ড": 30,
    "தேநீர் விளம்பரம் 30 வினாடிகள்": 30,
    "టీ ప్రకటన 30 సెకన్లు": 30,
    "चहाची जाहिरात 30 सेकंद": 30,
    "ચાની જાહેરાત 30 સેકન્ડ": 30,
    "ਚਾਹ ਦੀ ਫਿਲਮ 30 ਸਕਿੰਟ": 30,
    "โฆษณาแก้วกาแฟ 30 วินาที": 30,
    "quảng cáo trà 30 giây": 30,
    "iklan teh 30 detik": 30,
    "filamu ya chai, 30 sekunde": 30,
    "dreißig Sekunden Tee": 30,
    "un vídeo de medio minuto": 30,
    "een filmpje van een halve minuut": 30,
    "pół minuty o kubku": 30,
    "un minuto e mezzo di caffè": 90,
    "1:30 film about a mug": 90,
    "1 min 30 s de café": 90,
    "1分30秒のコーヒー": 90,
    "A minute-long film on vases": 60,
    # Legal or not: what cannot be met is for others to refuse.
    "een film van 7 seconden": 7,
    "200 sekund filmu o kubku": 200,
}
NONE_SAID = [
    "9:16 film about a mug",
    "a film in 16:9 about tea",
    "meet us at 1:30 pm",
    "um 1:30 Uhr am Hafen",
    "un segundo vídeo de té",
    "Kaffee, in 30 Sekunden gebrüht",
    "0 to 100 in 3 seconds",
    "Volvo EX30 secret",
    "een film over een wekker van 1984",
]


@pytest.mark.parametrize(("prompt", "seconds"), SAID.items())
def test_a_length_is_read_in_its_language(prompt: str, seconds: int) -> None:
    assert read(prompt).seconds == seconds


@pytest.mark.parametrize("prompt", NONE_SAID)
def test_a_length_of_something_else_is_none(prompt: str) -> None:
    assert read(prompt).seconds is None
