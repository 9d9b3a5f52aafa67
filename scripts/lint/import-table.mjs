// Who may import whom in src/. The design's table; changed only together with docs/layout.md.
// A folder may always import from itself.
const below = (...names) => names;
export const importTable = {
  core: below(),
  metrics: below('core'),
  image: below('core'),
  augment: below('core', 'image'),
  data: below('core', 'image', 'augment', 'native'),
  tensor: below('core', 'native'),
  nn: below('core', 'tensor'),
  models: below('core', 'tensor', 'nn'),
  train: below('core', 'tensor', 'nn', 'metrics'),
  safe: below('core', 'metrics', 'image', 'augment', 'data', 'tensor', 'nn', 'models', 'train'),
  config: below('core'),
  pipelines: below(
    'core',
    'metrics',
    'image',
    'augment',
    'data',
    'tensor',
    'nn',
    'models',
    'train',
    'safe',
    'config',
  ),
  report: below('core', 'config'),
  cli: below('core', 'config', 'report', 'pipelines'),
};
