import { basename } from 'node:path';
import { formatDuration } from '../core/index.js';
import { type EventLine, type Manifest } from '../run/files/index.js';
import { glossary } from './glossary.js';
import { markup, raw, type Markup } from './html.js';
import { css } from './style.js';
import { count } from './wording.js';

export interface Layout {
  readonly title: string;
  readonly facts: string;
  readonly body: Markup;
  readonly versions: Manifest['versions'];
}

/** One self-contained page: nothing from the network, and no script that it needs to be read. */
export function layout({ title, facts, body, versions }: Layout): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(css)}</style>
</head>
<body>
<header><p class="eyebrow">safe-augment</p><h1>${title}</h1><p class="soft">${facts}</p></header>
<main>
${body}
${glossary(body)}
</main>
<footer><p class="soft">Made by safe-augment ${versions['safe-augment'] ?? ''} from the run folder alone. Method: Baran, Kupyn, Kravchenko, <cite>Safe Augmentation: Learning Task-Specific Transformations from Data</cite>, 2019 (arXiv 1907.12896).</p></footer>
</body>
</html>
`.toString();
}

/**
 * What a data set is called: `cifar10:/data/cifar10` and `/data/cifar10` are cifar10.
 *
 * From the text alone: a report is the same wherever it is built.
 */
export function sourceName(source: string): string {
  return basename(source.replace(/^[a-z][a-z0-9-]+:(?=.)/, '').replace(/[/\\]+$/, '')) || source;
}

/** One line about the data, the machine and the day. */
export function facts({
  manifest,
  events,
}: {
  manifest: Manifest;
  events: readonly EventLine[];
}): string {
  const { data, hardware, created } = manifest;
  const done = secondsOf(events);
  return [
    count(data.images, 'image'),
    `${data.height} × ${data.width} px`,
    count(data.classes.length, 'class', 'classes'),
    ...(done === undefined ? [] : [`${formatDuration(done)} on ${hardware.device}`]),
    created.slice(0, 10),
  ].join(' · ');
}

/**
 * Seconds that a finished run took, in all its sittings, without the breaks between them; undefined where it has
 * not ended.
 *
 * @param events of the run folder, oldest first
 */
export function secondsOf(events: readonly EventLine[]): number | undefined {
  const ended = events.findLast((event) => event.type === 'finished');
  if (ended?.type !== 'finished') return undefined;
  if (events[0].type !== 'started') return ended.seconds;
  let milliseconds = 0;
  for (const [i, event] of events.entries())
    if (event.type !== 'started') milliseconds += timeOf(event) - timeOf(events[i - 1]);
  return milliseconds / 1000;
}

function timeOf({ time }: EventLine): number {
  return Date.parse(time);
}
