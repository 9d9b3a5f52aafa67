// Which room of src/ may import which others: the table of docs/layout.md, and changed only together with it.
// A room is a folder with all below it; `run/files` is a room of its own within `run`. Every room may import itself.
const foundations = ['core', 'metrics', 'image', 'augment'];
const learning = ['data', 'tensor', 'nn', 'models', 'train'];

export const importTable = {
  core: [],
  metrics: ['core'],
  image: ['core'],
  augment: ['core', 'image'],
  recipes: ['augment'],
  data: ['core', 'image', 'augment', 'native'],
  tensor: ['core', 'native'],
  nn: ['core', 'tensor'],
  models: ['core', 'tensor', 'nn'],
  train: ['core', 'tensor', 'nn', 'metrics'],
  config: ['core', 'augment', 'models'],
  'run/files': ['core', 'augment', 'config'],
  pictures: ['core', 'image', 'augment', 'data', 'config', 'run/files'],
  tasks: [...foundations, ...learning, 'config', 'run/files', 'pictures'],
  safe: [...foundations, ...learning, 'tasks'],
  run: [...foundations, ...learning, 'config', 'run/files', 'tasks', 'pictures'],
  commands: [
    ...foundations,
    ...learning,
    'recipes',
    'config',
    'run/files',
    'pictures',
    'tasks',
    'safe',
    'run',
  ],
  report: ['core', 'augment', 'config', 'run/files'],
  live: ['core', 'config', 'run/files', 'report'],
  cli: [
    'core',
    'image',
    'augment',
    'recipes',
    'config',
    'run/files',
    'run',
    'report',
    'live',
    'commands',
  ],
};
