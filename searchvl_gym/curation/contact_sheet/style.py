"""What the contact sheet adds to the style of the reports. No script: filters use `:has()`."""

STYLE = """
main{max-width:82rem}
.lead{max-width:46rem;font-size:1.05rem;margin:.2rem 0 1.4rem}
.filterbar{display:flex;flex-wrap:wrap;gap:.2rem 2rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(25rem,1fr));gap:1.1rem;
align-items:start}
.cards article,.feature article{margin:0;padding:0;overflow:hidden}
.shot{background:var(--tint)}
.shot img{width:100%;height:auto;aspect-ratio:4/3;object-fit:contain;display:block}
.feature article{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr)}
.feature .more{border-left:1px solid var(--rule)}
.body{padding:1rem 1.2rem 1.1rem;display:flex;flex-direction:column;gap:.75rem}
.body h3{font-size:1.05rem;line-height:1.4;margin:0;text-wrap:pretty}
.chips{display:flex;flex-wrap:wrap;gap:.35rem}
.chips .tag{margin:0}
.answer{font-size:.95rem}.answer b{color:var(--green)}
.path{list-style:none;margin:0;padding:0;font-size:.9rem}
.path li{border:0;margin:0;padding:0 0 .3rem 1.5rem;position:relative}
.path li::before{content:"";position:absolute;left:.35rem;top:.5rem;width:.55rem;height:.55rem;
border-radius:50%;background:var(--blue)}
.path li:not(:last-child)::after{content:"";position:absolute;left:.59rem;top:1rem;bottom:-.5rem;
border-left:2px solid var(--rule)}
.path li:first-child::before{border-radius:.12rem}
.path li:last-child::before{background:var(--green)}
.path .hop{color:var(--faint);font-size:.82rem;margin-right:.35rem}
.path .page{font-weight:600}
.cards details{border-top:1px solid var(--rule);padding-top:.55rem}
.feature details{padding:0}
.body summary{font-weight:600}
.body .turns{margin:.6rem 0 0}
.body .turns li{font-size:.88rem;padding:0 0 .25rem .8rem;border-left-width:2px}
.steps{margin:.5rem 0 0;padding:0 0 0 1.2rem;list-style:decimal;font-size:.88rem}
.steps li{border:0;padding:0;margin:0 0 .4rem}
.funnel{display:grid;grid-template-columns:max-content 1fr max-content;gap:.35rem .8rem;
align-items:center;font-size:.92rem;max-width:58rem}
.funnel .bar{height:1.15rem;border-radius:.3rem;background:var(--tint);overflow:hidden}
.funnel .bar i{display:block;height:100%;background:var(--blue)}
.funnel .bar.last i{background:var(--green)}
.funnel .count{text-align:right;font-variant-numeric:tabular-nums;color:var(--faint)}
.pages{display:flex;gap:.5rem;flex-wrap:wrap;margin:1.2rem 0}
.pages a,.pages b{border:1px solid var(--rule);border-radius:.5rem;padding:.15rem .7rem;
background:var(--card)}
@media(max-width:52rem){.cards{grid-template-columns:1fr}
.feature article{display:block}.feature .more{border:0}}
"""
