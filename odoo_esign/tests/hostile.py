"""A hundred texts as nobody types them: whoever they reach must neither run nor fall over them."""

_TELL = "localStorage.setItem('esign_pwned',1);window.__pwned=1"

MARKUP = (
    f"<script>{_TELL}</script>",
    f"<ScRiPt >{_TELL}</sCrIpT >",
    f"</script><script>{_TELL}</script>",
    f'"><script>{_TELL}</script>',
    f"'><img src=x onerror=\"{_TELL}\">",
    f'<img src=x onerror="{_TELL}">',
    f"<img/src/onerror={_TELL}>",
    f'<svg onload="{_TELL}">',
    f"<svg><script>{_TELL}</script></svg>",
    f'<svg><animate onbegin="{_TELL}" attributeName=x dur=1s>',
    f'<body onload="{_TELL}">',
    f'<details open ontoggle="{_TELL}">x</details>',
    f'<video src=x onerror="{_TELL}"></video>',
    f'<input autofocus onfocus="{_TELL}">',
    f'<iframe src="javascript:{_TELL}"></iframe>',
    f'<iframe srcdoc="<script>parent.{_TELL}</script>"></iframe>',
    f'<a href="javascript:{_TELL}">click</a>',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{_TELL}">',
    f'<form><button formaction="javascript:{_TELL}">x</button></form>',
    f"<noscript><p title=\"</noscript><img src=x onerror={_TELL}>\">",
    f"javascript:{_TELL}",
    f"\" onmouseover=\"{_TELL}\" autofocus onfocus=\"{_TELL}",
    f"' onfocus='{_TELL}' autofocus='",
    "<style>@import 'http://192.0.2.1/x.css'; body{display:none}</style>",
    "<link rel=stylesheet href=http://192.0.2.1/x.css>",
    "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>",
    "<base href='http://192.0.2.1/'>",
    "<img src='file:///etc/passwd'/>",
    "<iframe src='file:///etc/passwd'></iframe>",
    "<!-- --!><![CDATA[ ]]> <?xml version='1.0'?> <!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;b&gt; &amp;amp; &#x3c;script&#x3e; &nbsp;",
    "<Ltd> & Sons </p></div></td></table></body></html>",
    "<para><b>x</b></para> <font size=90>",
    "#esign-1-signature-a# #esign-1-signature-b#",
)  # fmt: skip
TEMPLATES = (
    "{{7*7}}", "{{ object.env.cr.execute('select 1') }}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "{% for x in y %}", "<t t-out=\"7*7\"/>", "<t t-esc='request.env'/>", "t-att-href=",
    "{{constructor.constructor('window.__pwned=1')()}}", "[[7*7]]", "@(7*7)", "`${window.__pwned=1}`",
    "%(password)s %s %d %n %x", "%", "%%", "%(", "%1$s", "{0} {x} {} {0.__class__}", "{", "}}", "\\N{BULLET}",
)  # fmt: skip
INJECTIONS = (
    "x\r\nBcc: thief@example.net", "x\nSubject: other\n\nbody", "x\rSet-Cookie: a=b", "x%0d%0aBcc: a@b.c",
    "=?utf-8?q?a=0D=0ABcc:_x=40y.z?=", "\"Eve\" <thief@example.net>, x", "x\x0bBcc: y\x0cz\x85w\u2028v\u2029u",
    "../../../../etc/passwd", "..\\..\\windows\\win.ini", "C:\\con.pdf", "/etc/passwd\0.pdf", "file:///etc/passwd",
    "' OR '1'='1", "'; DROP TABLE esign_envelope; --", "\\'; SELECT pg_sleep(9); --", "1 UNION SELECT NULL",
    "$(touch /tmp/pwned) `id` ; id | id && id", "=cmd|' /C calc'!A0", "@SUM(1+1)", "-1+1", "+49", "NaN", "null",
    "undefined", "true", "[object Object]", "None", "0", "-0", "1e309", "\\", "\\\\", "\"", "'", "`",
)  # fmt: skip
CONTROL = (
    "a\0b", "\0", "".join(map(chr, range(1, 32))), "\x1b[31mred\x1b[0m\x07", "a\x7fb\x9bc", "a\bb",
    "abc\u202efdp.exe", "\u202dx\u202c", "\u2066x\u2069 \u2067y\u2068", "\u200e\u200f\u061c", "\u200b", "\ufeff",
    "\u2028", "\u00ad\u2060\u2800\u3164", "\ud800", "a\udfffb", "\udc00\ud800", "\ufffe\uffff", "\ufdd0",
)  # fmt: skip
UNICODE = (
    "Łukasz Żółć", "Жанна Їжак", "Nguyễn Thế Hiển", "中文字", "محمد علي", "שלום עולם", "देवनागरी", "ภาษาไทย", "한국어",
    "日本語", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏿", "😀", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\U00020000\U0002a6d6", "\U00030000", "\U000e0041\U000e007f",
    "\ue000\U000f0000\U0010fffd", "\U0001fffe\U0010ffff", "\U00040000\U00050000\U00060000\U00070000\U00080000",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "e" + "\u0301" * 300, "\u0130\u0131ßﬁﷺ", "ﷻ" * 50, "ℵ ∑ € ₿ ™ № ½",
    "".join(chr(plane * 0x10000 + 0x100) for plane in range(17)),
)  # fmt: skip
LONG = ("A" * 10_000, "long words " * 900, "Ж" * 10_000, "<b>" * 3_333, "\n" * 10_000, "https://" + "a" * 9_000)

STRINGS = (*MARKUP, *TEMPLATES, *INJECTIONS, *CONTROL, *UNICODE, *LONG)
