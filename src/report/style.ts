/** Colours differ in lightness too, and every verdict has its own shape: no meaning by colour alone. */
export const css = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59626d;--line:#dde1e6;--grid:#e6e9ed;--page:#fff;--panel:#f5f6f8;
--safe:#0f766a;--unsafe:#b3402a;--undecided:#94660a;--a:#2f62a8;--b:#c56a1d;--band:#0f766a1f;--band2:#5b5f9a24}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a2abb6;--line:#343a43;--grid:#2b3038;--page:#15181c;--panel:#1d2126;
--safe:#4fc0ae;--unsafe:#f0876c;--undecided:#dcae52;--a:#82aef0;--b:#eda05c;--band:#4fc0ae26;--band2:#9aa0e02e}}
*{box-sizing:border-box}
a{color:var(--a)}.term{color:inherit;text-decoration:underline 1px var(--a);text-underline-offset:.22em;text-decoration-skip-ink:none}:target{background:var(--band)}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:80rem;padding:2.2rem clamp(1rem,4vw,2.5rem) 4rem;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
h1,h2,h3{line-height:1.2;text-wrap:balance}
h1{font-size:clamp(1.5rem,5vw,2.1rem);margin:.1rem 0 .4rem;letter-spacing:-.015em}
h2{font-size:1.3rem;margin:3.2rem 0 .7rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .5rem}
p,.limits,dl{max-width:48rem}p{margin:.5rem 0 1rem}
.eyebrow{margin:0;color:var(--soft);font-size:.85rem;letter-spacing:.04em}
.lead{font-size:1.15rem;line-height:1.5;margin:1.4rem 0}
.soft,figcaption,small{color:var(--soft)}.soft,figcaption{font-size:.88rem}
small{display:block;font-size:.78rem;font-weight:400;white-space:nowrap}
code{font:.88em ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}.whole{white-space:nowrap}
dfn{font-style:italic}
.safe{color:var(--safe)}.unsafe{color:var(--unsafe)}.undecided{color:var(--undecided)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem}
.card{background:var(--panel);border-radius:8px;padding:.9rem 1.1rem;border-top:3px solid currentColor}
.card .title{margin:0;font-weight:700;line-height:1.2}.card p:not(.title){margin:.15rem 0 .5rem;color:var(--soft);font-size:.85rem}
.card ul{margin:0;padding:0;list-style:none;color:var(--ink);display:flex;flex-wrap:wrap;gap:.15rem .9rem}
.badge{font-weight:600;white-space:nowrap}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding-bottom:.5rem}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:middle}
thead th{vertical-align:bottom;color:var(--soft);font-weight:600;font-size:.8rem;line-height:1.25}
tbody th{font-weight:600;position:sticky;left:0;background:var(--page)}
td.n,th.n{text-align:right;white-space:nowrap}
th.plot,td.plot{min-width:7rem;width:12%;padding-top:0;padding-bottom:0}
td.why{color:var(--soft);font-size:.8rem;line-height:1.35;min-width:12.5rem}
figure{margin:1.8rem 0}figcaption{margin-top:.6rem;max-width:48rem}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;font-size:.85rem;color:var(--soft);margin:.2rem 0 .5rem;max-width:none}
.swatch{display:inline-block;width:.8rem;height:.8rem;border-radius:50%;margin-right:.4rem;vertical-align:-.08rem;background:var(--soft)}
.swatch.harmless{border-radius:2px;background:var(--band);border:1px solid var(--safe)}.swatch.positive{border-radius:2px;background:var(--band2);border:1px solid var(--soft)}
.swatch.fpr{background:var(--page);border:2.5px solid var(--a)}.swatch.tpr{background:var(--b)}
.swatch.task,.swatch.delta,.swatch.clean{width:0;height:.95rem;border-radius:0;background:none;border-left:3px solid var(--ink);vertical-align:-.16rem}
.swatch.clean{border-left:2px solid var(--unsafe)}.swatch.delta{border-left:2px dashed var(--ink)}
.swatch.training,.swatch.held{width:1.3rem;height:0;border-radius:0;background:none;border-top:2.5px solid var(--a);vertical-align:.22rem}.swatch.held{border-top:2.5px dashed var(--b)}
.row{display:grid;grid-template-columns:9.5rem minmax(0,1fr) 12rem;align-items:center;gap:0 .8rem;font-size:.88rem}
.rows.wide .row{grid-template-columns:9.5rem minmax(0,1fr)}
.rows.arms .row{grid-template-columns:11.5rem minmax(0,1fr) 12rem}
.label{text-align:right}.value{color:var(--soft);font-size:.82rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
svg{display:block;overflow:visible;font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg text{fill:var(--soft)}.track{width:100%}.axis{font-size:11.5px}
.tick{stroke:var(--grid)}.zero,.leader{stroke:var(--soft)}.leader{stroke-width:.7;opacity:.7}
.delta{stroke:var(--ink);stroke-dasharray:4 3;stroke-width:1.4}
.bar{stroke:currentColor;stroke-width:2.5}.mark{fill:currentColor}.mark.unsafe{stroke:currentColor}.mark.hollow{fill:var(--page);stroke:currentColor;stroke-width:2.2}
.control{color:var(--soft)}
.band.harmless{fill:var(--band)}.band.positive{fill:var(--band2)}
.link{stroke:var(--soft);stroke-width:1.6}.fpr{fill:var(--page);stroke:var(--a);stroke-width:2.4}.tpr{fill:var(--b)}
.task{stroke:var(--ink);stroke-width:3}.clean{stroke:var(--unsafe);stroke-width:1.8}
.plane{width:100%;min-width:40rem;max-width:60rem}.plane .point{fill:var(--ink);font-size:13px;paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}
.matrix{width:100%;min-width:24rem}.matrix rect{stroke:var(--line)}.matrix rect.pair{fill:var(--panel)}.matrix rect.conflict{fill:var(--band2);stroke:var(--unsafe);stroke-width:1.6}.matrix .cell{font-size:12px;fill:var(--ink)}.matrix text.unsafe{fill:var(--unsafe);font-weight:700}
.swatch.pair{border-radius:2px;background:var(--panel);border:1px solid var(--line)}.swatch.conflict{border-radius:2px;background:var(--band2);border:1.5px solid var(--unsafe)}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15.5rem),1fr));gap:1.2rem 1.6rem}.panel{margin:0}.panel svg{width:100%}
.cross{stroke:currentColor;stroke-width:1.3;opacity:.6}.keeping{color:var(--a)}.plane .field{font-size:12px;font-style:italic;paint-order:stroke;stroke:var(--page);stroke-width:3px}
.curve{fill:none;stroke-width:2;stroke-linejoin:round}.curve.training{stroke:var(--a)}.curve.held{stroke:var(--b);stroke-dasharray:5 3}
.strips{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1.2rem 1.4rem;margin:1rem 0}
.panels3{margin:1rem 0}.panels3 img{min-width:40rem;width:100%;height:auto;image-rendering:pixelated;display:block;border-radius:3px}
.patch{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.5em;vertical-align:-.05em;box-shadow:0 0 0 1px var(--line)}
.iou{display:block;min-width:10rem;height:.7em}.iou i{display:block;height:100%;border-radius:2px;box-shadow:0 0 0 1px var(--line)}
.strip{margin:0}.strip figcaption{margin:0 0 .3rem;color:var(--ink)}.strip img{width:100%;height:auto;image-rendering:pixelated;display:block;border-radius:3px}
pre{margin:.5rem 0;padding:.8rem 1rem;max-height:26rem;overflow:auto;background:var(--panel);border-radius:8px;font:.82rem/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
button{font:inherit;font-size:.88rem;padding:.3rem .9rem;color:var(--ink);background:var(--page);border:1px solid var(--soft);border-radius:6px;cursor:pointer}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}[role=status]{margin-left:.7rem;font-size:.88rem}
summary{cursor:pointer;color:var(--soft);margin:.8rem 0}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.3rem;font-size:.92rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.limits{padding-left:1.1rem}.limits li{margin:.5rem 0}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
@media (max-width:40rem){.row{grid-template-columns:7.6rem minmax(0,1fr)}.rows.wide .row,.rows.arms .row{grid-template-columns:7.6rem minmax(0,1fr)}.row .value:not(.sr){display:none}.row,.value{font-size:.8rem}dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}td.why{min-width:16rem}}
@media print{.scroll{overflow:visible}section{break-inside:auto}figure{break-inside:avoid}}
`;
