import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { dataFolder } from '../../config/index.js';
import { namedFile } from '../../models/index.js';
import type { Manifest } from '../files/index.js';

/** Settings that name files and folders, relative to the working directory. */
interface Places {
  readonly data: string | readonly string[];
  readonly model: { readonly weights: string };
  readonly labels?: { readonly file: string | null };
  readonly from?: string | null;
  readonly init?: string | null;
}

type Started = Pick<Manifest, 'directory'> | null;

/** The working directory, relative to the run folder: both may move together. */
export function directoryFrom(out: string): string {
  return relative(resolve(out), process.cwd()) || '.';
}

/** The working directory that a run was started in; undefined where it is this one, or not known. */
function startedIn(out: string, started: Started): string | undefined {
  if (started?.directory === undefined) return undefined;
  const directory = resolve(out, started.directory);
  return directory === process.cwd() ? undefined : directory;
}

/**
 * Turns paths of a started run into those of this working directory, as long as they lead somewhere from the directory that
 * it was started in.
 */
export function placer(out: string, started: Started): (path: string) => string {
  const directory = startedIn(out, started);
  return (path) => {
    if (directory === undefined || isAbsolute(path)) return path;
    const there = resolve(directory, path);
    return existsSync(there) ? there : path;
  };
}

/**
 * A started run's settings for the working directory that it is resumed in: paths are those of the directory that it
 * was started in, as long as they lead somewhere from there.
 */
export function placed<C extends Places>(config: C, out: string, started: Started): C {
  const directory = startedIn(out, started);
  if (directory === undefined) return config;
  const place = placer(out, started);
  const placeData = (spec: string): string => {
    if (existsSync(resolve(directory, spec))) return place(spec);
    const folder = dataFolder(spec);
    return spec.slice(0, spec.length - folder.length) + place(folder);
  };
  const { data, model, labels, from, init } = config;
  return {
    ...config,
    data: typeof data === 'string' ? placeData(data) : data.map(placeData),
    model: { ...model, weights: namedFile(model.weights) ? place(model.weights) : model.weights },
    ...(typeof labels?.file === 'string' && { labels: { ...labels, file: place(labels.file) } }),
    ...(typeof from === 'string' && { from: place(from) }),
    ...(typeof init === 'string' && { init: place(init) }),
  };
}

/**
 * Turns paths of this working directory into those of the directory that a run was started in, as its settings name
 * them; one that is not a file or folder here stays.
 */
export function displacer(out: string, started: Started): (path: string) => string {
  const directory = startedIn(out, started);
  return (path) =>
    directory === undefined || isAbsolute(path) || !existsSync(path)
      ? path
      : relative(directory, resolve(path));
}
