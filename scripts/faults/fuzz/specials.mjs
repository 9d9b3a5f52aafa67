// Inputs that chance would hardly find: each is a whole file.

const nested = (n, open, close, inner = '') => `${open.repeat(n)}${inner}${close.repeat(n)}`;

/** An alias that stands for nine of the one before it, ten deep: 3.5 billion values. */
const bomb = Array.from({ length: 10 }, (_, i) =>
  i === 0
    ? 'a0: &a0 [x,x,x,x,x,x,x,x,x]'
    : `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(',')}]`,
).join('\n');

export const yaml = [
  bomb,
  `${bomb}\ndata: *a9\n`,
  'data: *x\n',
  'epochs: &a [*a]\n',
  'epochs: &a { b: *a }\n',
  '? [1, 2]\n: 3\n',
  '<<: &a { <<: *a }\n',
  '%YAML 9.9\n---\n...\n',
  'epochs: !!binary "x"\n',
  'epochs: !!js/function "function () {}"\n',
  '---\nepochs: 1\n---\nepochs: 2\n',
  'epochs: 1\nepochs: 2\n',
  '\ufeffepochs: 1\n',
  'epochs: 0x7fffffffffffffffffff\n',
  'size: 16384\n',
  'budget: "99999999999999999999h"\n',
  'data: "\\0"\nout: "a\\0b"\n',
  '__proto__: { epochs: 1 }\n',
  `model: ${nested(5_000, '{a: ', '}', '1')}\n`,
  `augmentations: ${nested(5_000, '[', ']')}\n`,
  Array.from({ length: 40_000 }, (_, i) => `key${i}: ${i}`).join('\n'),
  '\u0000\u0001\u0002',
  '',
];

const leaf = (changes = {}) => ({
  __class_fullname__: 'HorizontalFlip',
  always_apply: false,
  p: 0.5,
  ...changes,
});
const compose = (transforms, changes = {}) => ({
  __version__: '1.3.1',
  transform: { __class_fullname__: 'Compose', p: 1, transforms, ...changes },
});
const group = (name, transforms, more = {}) => ({
  __class_fullname__: name,
  p: 1,
  transforms,
  ...more,
});
const pad = (side) =>
  leaf({
    __class_fullname__: 'PadIfNeeded',
    p: 1,
    border_mode: 4,
    min_width: side,
    min_height: side,
  });
const resize = (side) =>
  leaf({ __class_fullname__: 'Resize', p: 1, interpolation: 1, width: side, height: side });

/** What `albumentations.save` might have written, or somebody by hand. */
export const albumentations = [
  compose([null]),
  compose([leaf(), null]),
  compose([[]]),
  compose([group('OneOf', [])]),
  compose([group('SomeOf', [], { n: 1 })]),
  compose([group('SomeOf', [leaf()], { n: 1e9, replace: true })]),
  compose([group('SomeOf', [leaf()], { n: -1 })]),
  compose([group('SomeOf', [leaf()], {})]),
  compose([group('OneOf', [leaf({ p: 0 })])]),
  ...[2 ** 32, 1e308, 0, -1, 1.5, '32', null, 70_000].flatMap((side) => [
    compose([leaf(), pad(side)]),
    compose([leaf(), resize(side)]),
  ]),
  ...[2, -3, '0.5', null, {}].map((p) => compose([leaf({ p })])),
  { ...compose([leaf()]), __version__: { a: 1 } },
  { __version__: '1.3.1', transform: null },
  { __version__: '1.3.1', transform: {} },
  { __version__: '1.3.1', transform: [] },
]
  .map((value) => JSON.stringify(value))
  .concat([
    `{"__version__":"1.3.1","transform":${nested(2_000, '{"__class_fullname__":"Compose","p":1,"transforms":[', ']}', JSON.stringify(leaf()))}}`,
    JSON.stringify(compose([leaf()])).replace('"p":0.5', '"p":1e999'),
    `\ufeff${JSON.stringify(compose([leaf()]))}`,
  ]);

const own = (root, more = {}) =>
  JSON.stringify({
    version: 1,
    restore: 'reflect',
    size: { width: 32, height: 32 },
    root,
    ...more,
  });
const flip = { kind: 'transform', name: 'HorizontalFlip', options: {}, p: 1 };

/** The project's own form of a policy. */
export const policies = [
  own({ kind: 'someOf', n: 1e9, replace: true, members: [flip], p: 1 }),
  own({ kind: 'oneOf', members: [], p: 1 }),
  own(flip, { size: { width: 2 ** 32, height: 2 ** 32 } }),
  own(flip, { size: { width: 1e308, height: 1 } }),
  own(flip, { restore: 'resize', size: { width: 70_000, height: 70_000 } }),
  `{"version":1,"restore":"none","root":${nested(2_000, '{"kind":"compose","p":1,"members":[', ']}', JSON.stringify(flip))}}`,
  own({ kind: 'transform', name: '__proto__', options: {}, p: 1 }),
  own({ kind: 'transform', name: 'Blur', options: { blurLimit: [1e9, 1e9] }, p: 1 }),
];

export const classLists = [
  'ground\n'.repeat(2),
  `ground\n${' '.repeat(200_000)}x\nsky\n`,
  `ground${' '.repeat(200_000)}\nroad\nsky\n`,
  'ground\nroad\u0000\nsky\n',
  'ground\nroad\u001b[2J\nsky\n',
  '__proto__\nconstructor\ntoString\n',
  Array.from({ length: 300 }, (_, i) => `class${i}`).join('\n'),
  '\ufeffground\nroad\nsky\n',
  'ground ignored\nroad ignored\nsky ignored\n',
];

export const annotations = [
  '0.png\u0000\tn1\t0\t0\t9\t9\n',
  '../../../dev/zero\tn1\t0\t0\t9\t9\n',
  `${'x'.repeat(100_000)}\tn1\n`,
  '0.png\tn1\n'.repeat(10_000),
  '\tn1\n',
  '.\tn1\n',
];
