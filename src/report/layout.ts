import { basename } from 'node:path';
import { formatDuration } from '../core/index.js';
import { type EventLine, type Manifest } from '../run/files/index.js';
import { secondsOf } from './duration.js';
import { count, escape } from './html.js';
import { css } from './style.js';

export interface Layout {
  /** HTML. */
  readonly title: string;
  readonly facts: string;
  readonly body: string;
  readonly versions: Manifest['versions'];
}

/** One self-contained page: no script, nothing from the network. */
export function layout({ title, facts, body, versions }: Layout): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${css}</style>
</head>
<body>
<header><p class="eyebrow">safe-augment</p><h1>${title}</h1><p class="soft">${facts}</p></header>
<main>
${body}
</main>
<footer><p class="soft">Made by safe-augment ${escape(versions['safe-augment'] ?? '')} from the run folder alone. Method: Baran, Kupyn, Kravchenko, <cite>Safe Augmentation: Learning Task-Specific Transformations from Data</cite>, 2019 (arXiv 1907.12896).</p></footer>
</body>
</html>
`;
}

/** `cifar10:/data/cifar10` and `/data/cifar10` are called cifar10. */
export function nameOf(source: string): string {
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
    count(data.classes.length, 'class').replace('classs', 'classes'),
    ...(done === undefined ? [] : [`${formatDuration(done)} on ${escape(hardware.device)}`]),
    escape(created.slice(0, 10)),
  ].join(' · ');
}
