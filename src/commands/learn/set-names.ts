import { existsSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { dataFolder, dataName } from '../../config/index.js';
import { UserError } from '../../core/index.js';

/** What the data sets are called, no two alike: their folders' names. */
export function setNames(data: readonly string[]): string[] {
  const names: string[] = [];
  for (const spec of data) {
    const name = dataName(spec) || 'data';
    let own = name;
    for (let n = 2; names.includes(own); n++) own = `${name}-${n}`;
    names.push(own);
  }
  return names;
}

/** @throws UserError `DATA_TWICE` where two data sets are the same folder, or one lies in the other */
export function requireApart(data: readonly string[]): void {
  const places = data.map((spec) => {
    const folder = resolve(existsSync(spec) ? spec : dataFolder(spec));
    // What is not there the reader will miss, in its own words.
    return existsSync(folder) ? realpathSync(folder) : folder;
  });
  for (const [i, place] of places.entries())
    for (const other of places.slice(0, i)) {
      const same = place === other;
      if (!same && !place.startsWith(other + sep) && !other.startsWith(place + sep)) continue;
      throw new UserError(
        'DATA_TWICE',
        same ? 'The same folder is given twice.' : 'One data set lies in the folder of another.',
        {
          where: data[i],
          expected: 'data sets without common images',
          got: same ? place : `${place} and ${other}`,
          remedy: 'name each data set once',
        },
      );
    }
}
