import { formatDuration } from '../../core/index.js';
import { phaseNames } from '../../run/files/index.js';
import { markup, nothing, type Markup } from '../../report/html.js';
import type { LiveState } from '../live-state.js';

/** What the run is doing, in words that change where its phase changes. */
export function phaseText(state: LiveState): string {
  const { standing } = state;
  if (standing.kind === 'stopping') return 'Stopping after this step and saving the state';
  if (standing.kind === 'stopped') return 'Stopped';
  if (standing.kind === 'failed') return 'Ended with an error';
  if (standing.kind === 'report') return 'Finished';
  const phase = state.last('phase');
  if (phase === undefined) return 'Starting';
  return phase.label ?? (phase.phase === 'train' ? trainingName(state) : phaseNames[phase.phase]);
}

function trainingName({ run }: LiveState): string {
  return run?.command === 'learn' ? phaseNames.train : 'Training';
}

/** How far the phase at hand is, and the time that the run has taken of what it may take. @param now in milliseconds since 1970 */
export function progressOf(state: LiveState, now: number): Markup {
  return markup`${phaseBar(state)}${timeBar(state, now)}`;
}

function phaseBar({ progress, standing }: LiveState): Markup {
  if (progress === undefined || standing.kind !== 'running') return nothing;
  const { done, total, epoch, epochs, label, loss, imagesPerSecond: rate } = progress;
  const share = Math.min(1, done / Math.max(1, total));
  const parts = [`${Math.floor(100 * share)} %`];
  if (epoch !== undefined) parts.push(`epoch ${epoch} of ${epochs ?? '?'}`);
  if (label !== undefined) parts.push(label);
  if (loss !== undefined) parts.push(`loss ${loss.toFixed(3)}`);
  if (rate !== undefined && rate > 0) {
    parts.push(`${Math.round(rate)} images/s`);
    parts.push(`about ${formatDuration((total - done) / rate)} left in this part`);
  }
  return bar('This part', share, parts.join(', '));
}

function timeBar(state: LiveState, now: number): Markup {
  const taken = state.seconds(now);
  const budget = state.run?.budget ?? state.last('plan')?.budget ?? null;
  const expected = state.last('plan')?.seconds;
  const isOver = state.standing.kind === 'stopped' || state.standing.kind === 'failed';
  const left = (all: number): string =>
    isOver || taken > all ? '' : `, ${formatDuration(all - taken)} left`;
  if (budget !== null) {
    const text = `${formatDuration(taken)} of the budget of ${formatDuration(budget)}${left(budget)}`;
    return bar('Time', Math.min(1, taken / budget), text);
  }
  if (expected !== undefined && expected > 0) {
    const text = `${formatDuration(taken)} of about ${formatDuration(expected)} expected${left(expected)}`;
    return bar('Time', Math.min(1, taken / expected), text);
  }
  return markup`<p class="gauge"><span>Time</span><span>${formatDuration(taken)} so far</span></p>`;
}

function bar(name: string, share: number, text: string): Markup {
  return markup`<p class="gauge"><span>${name}</span><progress max="100" value="${(100 * share).toFixed(1)}" aria-label="${name}"></progress><span>${text}</span></p>`;
}

/** The button that stops the run, or what has become of it. */
export function stopOf({ standing, run }: LiveState): Markup {
  switch (standing.kind) {
    case 'running':
      return markup`<form method="post" action="stop"><button>Stop and save</button><span class="soft">As one Ctrl-C does: the state is saved, and the run can go on later with the same numbers.</span></form>`;
    case 'stopping':
      return markup`<p>The run stops after this step and saves its state.</p>`;
    case 'stopped':
      return standing.saved && run !== undefined
        ? markup`<p><strong>Stopped, state saved.</strong> Continue with:</p><p><code class="command">${run.resumeCommand}</code></p>`
        : markup`<p><strong>Stopped</strong> before there was a state to save. Start the run again.</p>`;
    case 'failed':
      return markup`<p><strong>The run has ended with an error.</strong></p><pre>${standing.message}</pre>`;
    case 'report':
      return markup`<p>Finished. The report opens here.</p>`;
  }
}
