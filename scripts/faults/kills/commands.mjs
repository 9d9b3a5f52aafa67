import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { archiveOf, serve, tarGz, zip } from '../support/archives.mjs';
import { fewLabels, quick } from '../support/base.mjs';
import { here } from '../support/command.mjs';

/**
 * A command that writes.
 * @typedef {{ name: string, args: string[], out: string, again?: string[], script?: string }} Writing
 * `out`: what it writes, a file or a folder; `again`: how it goes on after a stop (default: the same command)
 */

/** Every command that writes a run or a file. `close` it when done. */
export async function writingCommands() {
  const content = Buffer.alloc(300_000, 'some bytes ');
  const files = [1, 2, 3].map((i) => [`set/part${i}.bin`, content.subarray(i)]);
  const archives = { 'tar.gz': tarGz(files), zip: zip(files) };
  const server = await serve({ '/set.tar.gz': archives['tar.gz'], '/set.zip': archives.zip });
  const resumed = (command) => ({ out: 'out', again: [command, '--resume', '--out', 'out'] });
  const run = (command, name, args) => ({
    name,
    args: [command, ...args, '--out', 'out'],
    ...resumed(command),
  });
  /** @type {Writing[]} */
  const commands = [
    run('learn', 'learn', ['images', ...quick, ...fewLabels]),
    run('learn', 'learn in folds', [
      ...['images', ...quick, ...fewLabels, '--batch', '4', '--set', 'judging.folds=2'],
    ]),
    run('learn', 'learn on several', ['images', 'other', ...quick, ...fewLabels]),
    run('learn', 'learn with masks', ['pairs:scenes', ...quick, ...fewLabels]),
    run('train', 'train', ['images', '--policy', 'all', ...quick]),
    run('train', 'train with masks', ['pairs:scenes', '--policy', 'none', ...quick]),
    run('compare', 'compare', ['images', '--arms', 'none,all', '--seeds', '1', ...quick]),
    run('compare', 'compare --from', [
      ...['images', '--from', 'learned', '--arms', 'none,all,safe', '--seeds', '1'],
      ...quick,
    ]),
    {
      name: 'judge',
      args: ['judge', 'learned', 'other', '--threads', '1', '--workers', '0', '--out', 'out'],
      out: 'out',
    },
    {
      name: 'predict with masks',
      args: ['predict', 'masked', 'scenes/images', '--out', 'out'],
      out: 'out',
    },
    ...[
      ['export policy', 'learned', 'ultralytics', 'out/policy.yaml'],
      ['export network', 'trained', 'onnx', 'out/net.onnx'],
    ].map(([name, source, format, file]) => ({
      name,
      args: ['export', source, '--format', format, '--out', file],
      out: 'out',
    })),
    {
      name: 'apply',
      args: [
        ...['apply', 'scenes/images/0.png', 'out/image.png', '--transform', 'Transpose'],
        ...['--mask', 'scenes/labels/0.png', 'out/mask.png'],
      ],
      out: 'out',
    },
    {
      name: 'preview, with cache',
      args: ['preview', 'images', '--size', '512', '--columns', '2', '--out', 'out/sheet.png'],
      out: 'out',
    },
    ...Object.entries(archives).map(([kind, bytes]) => ({
      name: `download ${kind}`,
      script: join(here, 'kills/download-once.mjs'),
      args: [JSON.stringify(archiveOf(`${server.address}/set.${kind}`, bytes, kind)), 'out'],
      out: 'out',
    })),
  ];
  return { commands, close: server.close };
}

/** A working folder with the base's data and runs: data by links, runs as copies, since a command may harm them. */
export function workingFolder(base, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(base))
    if (['images', 'other', 'scenes'].includes(name))
      symlinkSync(join(base, name), join(folder, name));
    else if (['learned', 'trained', 'masked'].includes(name))
      cpSync(join(base, name), join(folder, name), { recursive: true });
  return { cwd: folder, env: { SAFE_AUGMENT_CACHE: join(folder, 'cache') } };
}
