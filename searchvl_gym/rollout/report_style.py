"""The style sheet of the report. Filters work through `:has()`, so the page needs no script."""

from searchvl_gym.render.theme import theme

STYLE = (
    theme()
    + """
main{max-width:66rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h1+p{margin:.35rem 0 1.6rem;color:var(--faint)}
h2{font-size:1.1rem;margin:2.2rem 0 .7rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.8rem}
.figures div{background:var(--card);border:1px solid var(--rule);border-radius:.7rem;
padding:.85rem 1rem}
.figures b{display:block;font-size:1.65rem;line-height:1.2;font-variant-numeric:tabular-nums}
.figures span{color:var(--faint);font-size:.85rem}
.filters{display:flex;flex-wrap:wrap;gap:.45rem;margin:0 0 1rem;padding:0;border:0}
.filters legend{color:var(--faint);font-size:.85rem;padding:0 0 .3rem}
.filters label{border:1px solid var(--rule);background:var(--card);border-radius:2rem;
padding:.25rem .85rem;cursor:pointer;font-size:.9rem}
.filters input{position:absolute;opacity:0}
.filters label:has(:checked){background:var(--ink);color:var(--paper);border-color:var(--ink)}
.filters label:has(:focus-visible){outline:2px solid var(--blue);outline-offset:2px}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--rule);
border-radius:.7rem;overflow:hidden;font-size:.92rem}
th{text-align:left;font-weight:600;color:var(--faint);font-size:.8rem}
th,td{padding:.45rem .75rem;border-bottom:1px solid var(--rule);vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
a{color:var(--blue);text-decoration:none}a:hover{text-decoration:underline}
.mark{font-weight:600;white-space:nowrap}
.right .mark{color:var(--green)}.wrong .mark{color:var(--red)}.unscored .mark{color:var(--amber)}
.tag{border-radius:.35rem;padding:.05rem .45rem;font-size:.8rem;background:var(--tint);
margin-left:.4rem;white-space:nowrap}.tag.bad{color:var(--red)}
article{background:var(--card);border:1px solid var(--rule);border-radius:.9rem;margin:1.4rem 0;
padding:1.3rem 1.5rem;scroll-margin-top:1rem}
article h3{font-size:1.2rem;line-height:1.35;margin:.3rem 0 .9rem}
.verdict{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.7rem 1.4rem;
background:var(--tint);border-radius:.6rem;padding:.8rem 1rem;margin:0 0 1rem}
.verdict dt{color:var(--faint);font-size:.8rem}.verdict dd{margin:0;overflow-wrap:anywhere}
figure{margin:.7rem 0;max-width:100%}
.picture{background-size:contain;background-repeat:no-repeat;max-width:100%;border-radius:.4rem;
print-color-adjust:exact;-webkit-print-color-adjust:exact}
figcaption{color:var(--faint);font-size:.82rem;margin-top:.2rem}
ol{list-style:none;margin:0;padding:0}
li{border-left:3px solid var(--rule);padding:.15rem 0 .5rem 1rem;margin:0 0 .55rem}
li.error{border-color:var(--red)}li.answer{border-color:var(--green)}
.said{white-space:pre-wrap;overflow-wrap:anywhere}
.said{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.82rem}
summary{cursor:pointer;color:var(--faint);font-size:.85rem}
article>details>summary,.part>summary{padding:.3rem 0 .8rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem}
@media(max-width:40rem){article{padding:1rem}th.o,td.o{display:none}}
"""
)
