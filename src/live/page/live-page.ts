import { markup, nothing, type Markup } from '../../report/html.js';
import { sourceName } from '../../report/layout.js';
import { listed } from '../../report/wording.js';
import type { LiveState } from '../live-state.js';
import { regionNames, regionsOf } from './regions.js';

const verbs = { learn: 'Learning from', train: 'Training on', compare: 'Comparing on' } as const;

/** The whole page with all that the run has told so far. @param now in milliseconds since 1970 */
export function livePage(state: LiveState, now: number): string {
  const { run } = state;
  const title =
    run === undefined ? 'A run' : `${verbs[run.command]} ${listed(run.data.map(sourceName))}`;
  const regions = regionsOf(state, now);
  const [phase, progress, stop, ...others] = regionNames.map((name) =>
    name === 'phase'
      ? markup`<div id="region-phase" role="status" tabindex="-1">${regions.phase}</div>`
      : markup`<div id="region-${name}" tabindex="-1">${regions[name]}</div>`,
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="live.css">
<script src="live.js" defer></script>
</head>
<body>
<header><p class="eyebrow">safe-augment, live</p><h1>${title}</h1>${place(state)}</header>
<main>
<div class="now">${phase}${progress}${stop}</div>
<div id="lost" class="lost" role="alert" hidden><p><strong>No connection to the run.</strong> If its process has ended, what it had saved is still there.</p>${goOn(state)}</div>
${others}
</main>
</body>
</html>
`.toString();
}

function place({ run }: LiveState): Markup {
  return run === undefined ? nothing : markup`<p class="soft">In <code>${run.out}</code></p>`;
}

function goOn({ run }: LiveState): Markup {
  return run === undefined
    ? nothing
    : markup`<p>Continue with:</p><p><code class="command">${run.resumeCommand}</code></p>`;
}
