// Prints the tables of src/recipes as JSON, for compare.py. Needs a built dist/.
import { toolTables } from '../../../dist/src/recipes/index.js';

const tables = toolTables.map(({ id, read, tasks }) => ({
  id,
  packages: read.packages,
  sources: Object.entries(tasks).flatMap(([task, { defaults, whole }]) => [
    ...defaults.flatMap(({ name, source }) => source.map((place) => ({ task, name, ...place }))),
    ...whole.map((place) => ({ task, name: 'the whole', ...place })),
  ]),
}));
console.log(JSON.stringify(tables));
