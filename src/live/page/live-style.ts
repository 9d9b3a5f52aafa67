import { css } from '../../report/style.js';

/** The report's style, and what the live page has beside it. */
export const liveCss = `${css}
[hidden]{display:none!important}
.now{background:var(--panel);border-radius:8px;padding:1rem 1.2rem;margin:1.4rem 0}
.now h2{margin:0 0 .6rem;padding:0;border:0}
.now p{max-width:none}
.gauge{display:grid;grid-template-columns:5.5rem minmax(0,14rem) minmax(0,1fr);gap:.2rem .9rem;align-items:center;margin:.35rem 0;font-size:.92rem;font-variant-numeric:tabular-nums}
.gauge span:first-child{color:var(--soft)}
progress{width:100%;height:.7rem;accent-color:var(--safe)}
form{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:.9rem 0 0}
button{font:inherit;font-weight:600;padding:.45rem 1.1rem;border-radius:6px;border:1.5px solid var(--ink);background:var(--page);color:var(--ink);cursor:pointer}
button:hover{background:var(--grid)}button:disabled{color:var(--soft);border-color:var(--line);cursor:default}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
[tabindex="-1"]:focus{outline:none}
pre{overflow-x:auto;white-space:pre-wrap;font:.88em/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
.command{display:inline-block;background:var(--page);border:1px solid var(--line);border-radius:4px;padding:.3rem .6rem}
.lost{border-left:4px solid var(--unsafe);padding:.2rem 1rem;margin:1rem 0}
.earlier{stroke:var(--soft);stroke-width:9;opacity:.22}
.swatch.latest{width:1.3rem;height:0;border-radius:0;background:none;border-top:2.5px solid var(--undecided);vertical-align:.22rem}
.swatch.before{width:1.3rem;height:.6rem;border-radius:0;opacity:.35}
.looks .row{grid-template-columns:10.5rem minmax(0,1fr) 19rem}
.looks .value small{display:inline-block;margin-left:.5rem}
.state.failed{color:var(--unsafe)}.state.done{color:var(--safe)}.state.waiting{color:var(--soft)}
@media (max-width:60rem){.looks .row{grid-template-columns:9.5rem minmax(0,1fr)}.looks .row .value:not(.sr){display:block;grid-column:2;white-space:normal;margin-bottom:.3rem}.looks .row .value:empty{display:none!important}}
@media (max-width:40rem){.gauge{grid-template-columns:5.5rem minmax(0,1fr)}.gauge span:last-child{grid-column:2}.looks .row{grid-template-columns:8.2rem minmax(0,1fr)}.looks .value small{display:block;margin:0}}
`;
