"""The flags of countries whose flag is plain geometry, in our own words.

A design is a ground and what lies on it, one part after the other, parted by blanks:

- `h:AAAAAA,BBBBBB*2`: horizontal stripes from the top, `*` for a broader one; `v:` from the hoist;
- `cross:AAAAAA@x,y,t`: a cross through `(x, y)` with arms of thickness `t`;
- `disc:AAAAAA@x,y,r`; `star:AAAAAA@x,y,r` with five points; `box:AAAAAA@x,y,w,h`;
- `wedge:AAAAAA@d`: a triangle on the hoist of depth `d`;
- `teeth:AAAAAA@x,d,n`: `n` teeth from the hoist colour into the fly;
- `saltire:AAAAAA,BBBBBB,CCCCCC@t`: diagonals of thickness `t`, the fields above and below, the
  fields at the sides.

Lengths are shares of the flag's height, `x` from the hoist. Colours are near the official ones.
Of flags that look alike (Indonesia and Monaco, Romania and Chad) one is here, so that a picture
has one meaning. Flags with arms, animals or letters are not.
"""

from __future__ import annotations

from collections.abc import Mapping

FLAGS: Mapping[str, tuple[float, str]] = {
    "AE": (2.0, "h:00732F,FFFFFF,000000 box:FF0000@0,0,0.5,1"),
    "AM": (2.0, "h:D90012,0033A0,F2A800"),
    "AT": (1.5, "h:C8102E,FFFFFF,C8102E"),
    "BD": (1.667, "h:006A4E disc:F42A41@0.75,0.5,0.333"),
    "BE": (1.154, "v:000000,FDDA24,EF3340"),
    "BF": (1.5, "h:EF2B2D,009E49 star:FCD116@0.75,0.5,0.22"),
    "BG": (1.667, "h:FFFFFF,00966E,D62612"),
    "BH": (1.667, "h:CE1126 teeth:FFFFFF@0.41,0.25,5"),
    "BJ": (1.5, "h:FCD116,E8112D box:008751@0,0,0.6,1"),
    "BS": (2.0, "h:00778B,FFC72C,00778B wedge:000000@0.866"),
    "BW": (1.5, "h:75AADB*9,FFFFFF,000000*4,FFFFFF,75AADB*9"),
    "CH": (1.0, "h:DA291C box:FFFFFF@0.1875,0.40625,0.625,0.1875 "
                "box:FFFFFF@0.40625,0.1875,0.1875,0.625"),
    "CI": (1.5, "v:F77F00,FFFFFF,009E60"),
    "CL": (1.5, "h:FFFFFF,D72B1F box:0039A6@0,0,0.5,0.5 star:FFFFFF@0.25,0.25,0.125"),
    "CM": (1.5, "v:007A5E,CE1126,FCD116 star:FCD116@0.75,0.5,0.18"),
    "CO": (1.5, "h:FCD116*2,003893,CE1126"),
    "CR": (1.667, "h:002B7F,FFFFFF,CE1126*2,FFFFFF,002B7F"),
    "CU": (2.0, "h:002A8F,FFFFFF,002A8F,FFFFFF,002A8F wedge:CB1515@0.866 "
                "star:FFFFFF@0.29,0.5,0.16"),
    "CZ": (1.5, "h:FFFFFF,D7141A wedge:11457E@0.75"),
    "DE": (1.667, "h:000000,DD0000,FFCE00"),
    "DK": (1.321, "h:C8102E cross:FFFFFF@0.5,0.5,0.143"),
    "EE": (1.571, "h:0072CE,000000,FFFFFF"),
    "FI": (1.636, "h:FFFFFF cross:002F6C@0.591,0.5,0.273"),
    "FO": (1.375, "h:FFFFFF cross:005EB9@0.5,0.5,0.25 cross:EF303E@0.5,0.5,0.125"),
    "FR": (1.5, "v:000091,FFFFFF,E1000F"),
    "GA": (1.333, "h:009E60,FCD116,3A75C4"),
    "GH": (1.5, "h:CE1126,FCD116,006B3F star:000000@0.75,0.5,0.17"),
    "GL": (1.5, "h:FFFFFF,D00C33 upper:D00C33@0.583,0.5,0.333 lower:FFFFFF@0.583,0.5,0.333"),
    "GM": (1.5, "h:CE1126*6,FFFFFF,0C1C8C*4,FFFFFF,3A7728*6"),
    "GN": (1.5, "v:CE1126,FCD116,009460"),
    "GR": (1.5, "h:0D5EAF,FFFFFF,0D5EAF,FFFFFF,0D5EAF,FFFFFF,0D5EAF,FFFFFF,0D5EAF "
                "box:0D5EAF@0,0,0.5556,0.5556 box:FFFFFF@0,0.2222,0.5556,0.1111 "
                "box:FFFFFF@0.2222,0,0.1111,0.5556"),
    "HU": (2.0, "h:CE2939,FFFFFF,477050"),
    "ID": (1.5, "h:CE1126,FFFFFF"),
    "IE": (2.0, "v:169B62,FFFFFF,FF883E"),
    "IS": (1.389, "h:02529C cross:FFFFFF@0.5,0.5,0.222 cross:DC1E35@0.5,0.5,0.111"),
    "IT": (1.5, "v:009246,FFFFFF,CE2B37"),
    "JM": (2.0, "saltire:FED100,009B3A,000000@0.19"),
    "JP": (1.5, "h:FFFFFF disc:BC002D@0.75,0.5,0.3"),
    "KW": (2.0, "h:007A3D,FFFFFF,CE1126 trapeze:000000@0.5"),
    "LA": (1.5, "h:CE1126,002868*2,CE1126 disc:FFFFFF@0.75,0.5,0.2"),
    "LR": (1.9, "h:BF0A30,FFFFFF,BF0A30,FFFFFF,BF0A30,FFFFFF,BF0A30,FFFFFF,BF0A30,FFFFFF,BF0A30 "
                "box:002868@0,0,0.4545,0.4545 star:FFFFFF@0.2273,0.2273,0.16"),
    "LT": (1.667, "h:FDB913,006A44,C1272D"),
    "LV": (2.0, "h:9D2235*2,FFFFFF,9D2235*2"),
    "MG": (1.5, "h:FC3D32,007E3A box:FFFFFF@0,0,0.5,1"),
    "ML": (1.5, "v:14B53A,FCD116,CE1126"),
    "MU": (1.5, "h:EA2839,1A206D,FFD500,00A551"),
    "NE": (1.167, "h:E05206,FFFFFF,0DB02B disc:E05206@0.5833,0.5,0.14"),
    "NG": (2.0, "v:008751,FFFFFF,008751"),
    "NL": (1.5, "h:AE1C28,FFFFFF,21468B"),
    "NO": (1.375, "h:BA0C2F cross:FFFFFF@0.5,0.5,0.25 cross:00205B@0.5,0.5,0.125"),
    "PA": (1.5, "h:FFFFFF box:D21034@0.75,0,0.75,0.5 box:005293@0,0.5,0.75,0.5 "
                "star:005293@0.375,0.25,0.17 star:D21034@1.125,0.75,0.17"),
    "PE": (1.5, "v:D91023,FFFFFF,D91023"),
    "PL": (1.6, "h:FFFFFF,DC143C"),
    "PR": (1.5, "h:ED0000,FFFFFF,ED0000,FFFFFF,ED0000 wedge:0050F0@0.866 "
                "star:FFFFFF@0.29,0.5,0.16"),
    "PS": (2.0, "h:000000,FFFFFF,007A3D wedge:CE1126@0.667"),
    "PW": (1.6, "h:4AADD6 disc:FFDE00@0.7,0.5,0.3"),
    "QA": (2.545, "h:8D1B3D teeth:FFFFFF@0.77,0.13,9"),
    "RO": (1.5, "v:002B7F,FCD116,CE1126"),
    "RU": (1.5, "h:FFFFFF,0039A6,D52B1E"),
    "SD": (2.0, "h:D21034,FFFFFF,000000 wedge:007229@0.667"),
    "SE": (1.6, "h:006AA7 cross:FECC00@0.6,0.5,0.2"),
    "SL": (1.5, "h:1EB53A,FFFFFF,0072C6"),
    "SN": (1.5, "v:00853F,FDEF42,E31B23 star:00853F@0.75,0.5,0.17"),
    "SO": (1.5, "h:4189DD star:FFFFFF@0.75,0.5,0.25"),
    "TG": (1.618, "h:006A4E,FFCE00,006A4E,FFCE00,006A4E box:D21034@0,0,0.6,0.6 "
                  "star:FFFFFF@0.3,0.3,0.2"),
    "TH": (1.5, "h:A51931,F4F5F8,2D2A4A*2,F4F5F8,A51931"),
    "UA": (1.5, "h:0057B7,FFD700"),
    "VN": (1.5, "h:DA251D star:FFFF00@0.75,0.5,0.3"),
    "YE": (1.5, "h:CE1126,FFFFFF,000000"),
}  # fmt: skip
"""ISO 3166-1 code to the flag's width as a share of its height, and its design."""
