import type { Size } from '../../image/image.js';
import { openCv, type AlbumentationsClass } from '../definition/albumentations-form.js';
import { instantiate } from '../definition/instantiate.js';
import { definitionOf } from '../registry.js';
import type { Json, Params, Policy } from '../transform.js';
import { noteDifferences } from './albumentations-differences.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from './exported.js';
import { indented, keywords, listCall, pythonModule } from './python.js';
import { writeNode, type Dialect } from './tree.js';

/** The label that masks show outside the image. */
const outside = 255;

/**
 * A policy as a Python module for Albumentations that does the same in every release from 1.3 to 2.0: `transform`, and
 * `last_transform` where the last epochs have their own. Where arguments have changed their names, the module asks the installed
 * release which ones it has.
 */
export function albumentationsModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const { policy, last, size } = exported;
  const main = transformOf(policy, size, differences);
  const end = last && transformOf(last.policy, size, differences);
  const body = [
    `transform: A.Compose = ${main}`,
    ...(end === undefined ? [] : [`last_transform: A.Compose = ${end}`]),
  ].join('\n\n');
  const text = pythonModule(
    exported,
    {
      library: 'Albumentations 1.3 to 2.0',
      checked: 'albumentations 1.3.1, 1.4.0, 1.4.24 and 2.0.8',
      usage: [
        'from policy import transform',
        'result = transform(image=image, mask=mask)  # uint8, [H, W, 3] and [H, W]',
        `The label ${outside} in a mask is outside the image: ignore it in the loss.`,
      ],
      imports: [
        ...(body.includes('made(') ? ['import inspect', ''] : []),
        'import albumentations as A',
      ],
      helpers: Object.entries(helpers)
        .filter(([name]) => body.includes(`${name}(`))
        .map(([, code]) => code),
      body,
    },
    differences,
  );
  return { text, ...differences };
}

/** Python functions that a module may need, by name. */
const helpers: Readonly<Record<string, string>> = {
  made: `
def made(*choices: tuple[str, dict[str, object]], p: float) -> A.BasicTransform:
    """The first of the classes that the installed release has with these arguments: their names have changed."""
    for name, arguments in choices:
        known = getattr(A, name, None)
        if known is not None and set(arguments) <= set(inspect.signature(known.__init__).parameters):
            return known(**arguments, p=p)
    raise RuntimeError(f"Albumentations {A.__version__} has none of {[name for name, _ in choices]}")
`,
  some_of: `
def some_of(transforms: list, n: int, p: float) -> A.BaseCompose:
    """n of the transforms, all equally likely, in random order; each is then used with its own p."""
    # Up to 1.3 SomeOf is in random order, and uses what it has drawn whatever its p: not so what a Compose contains.
    chosen = getattr(A, "RandomOrder", A.SomeOf)
    return chosen([A.Compose([transform], p=1) for transform in transforms], n=n, replace=False, p=p)
`,
};

function transformOf({ root, restore, size: to }: Policy, size: Size, notes: Differences): string {
  const dialect = dialectFor(size, notes);
  const members =
    root.kind === 'compose' && root.p === 1
      ? root.members.map((member) => writeNode(member, dialect))
      : [writeNode(root, dialect)];
  const { height, width } = to ?? size;
  const parts = members.filter((code) => code !== undefined);
  if (restore === 'reflect')
    parts.push(
      call('PadIfNeeded', 1, {
        min_height: height,
        min_width: width,
        border_mode: openCv.reflect101,
      }),
    );
  if (restore === 'resize')
    parts.push(call('Resize', 1, { height, width, interpolation: openCv.linear }));
  return listCall('A.Compose', parts.length === 0 ? [dialect.nothing(1)] : parts);
}

function dialectFor(size: Size, notes: Differences): Dialect {
  return {
    memberHoldsWeight: true,
    leaf: (name, options, p) => leaf(name, options, p, size, notes),
    nothing: (p) => `A.NoOp(p=${p})`,
    compose: (members, p) => listCall('A.Compose', members, `p=${p}`),
    oneOf: (members, _weights, p) => listCall('A.OneOf', members, `p=${p}`),
    someOf: (members, { n, weights = [], order, replace }, p) => {
      const uneven = weights.some((weight) => weight !== weights[0]);
      if (uneven || order === 'listed' || replace)
        notes.nearly(
          'a random subset',
          'its members are drawn evenly, without repetition, in random order',
        );
      return listCall('some_of', members, `n=${n}`, `p=${p}`);
    },
  };
}

function leaf(
  name: string,
  given: Params,
  p: number,
  size: Size,
  notes: Differences,
): string | undefined {
  const definition = definitionOf(name);
  const { options } = instantiate(definition, given);
  if (Object.hasOwn(ownForms, name)) return ownForms[name](options, p, size, notes);
  const { albumentations } = definition;
  if (options.semantics !== undefined) {
    notes.leftOut(name, 'releases from 1.3 on have no equivalent for its old semantics');
    return undefined;
  }
  // Of both ways to write it, the one with the names of today first.
  const forms = (['2.0', '1.3'] as const).flatMap(
    (release) => albumentations?.write(options, release, size) ?? [],
  );
  if (forms.length === 0) {
    notes.leftOut(name, 'Albumentations has no equivalent');
    return undefined;
  }
  noteDifferences(name, notes);
  if (name === 'GaussNoise')
    notes.nearly(
      name,
      'from release 1.4.19 on, the deviation is drawn evenly and not the variance, within the same limits',
    );
  // Where the older releases have none, it does nothing in its place.
  return either(forms.length === 1 ? [...forms, { name: 'NoOp', args: {} }] : forms, p);
}

/** An expression for the first of these classes that a release has. */
function either(forms: readonly AlbumentationsClass[], p: number): string {
  const [first, ...others] = forms;
  if (others.every((other) => JSON.stringify(other) === JSON.stringify(first)))
    return call(first.name, p, first.args);
  const choices = forms.map(({ name, args }) => `("${name}", dict(${keywords(args)}))`);
  return `made(\n${indented([...choices, `p=${p}`])}\n)`;
}

function call(name: string, p: number, args: { readonly [key: string]: Json } = {}): string {
  return `A.${name}(${keywords({ ...args, p })})`;
}

/** Transforms whose form is not that of `albumentations.load`, by name. */
const ownForms: Readonly<
  Record<string, (options: Params, p: number, size: Size, notes: Differences) => string>
> = {
  // From 1.4 on ShiftScaleRotate draws a scale for each side; Affine can keep the ratio.
  ShiftScaleRotate: (options, p, size, notes) => {
    const { albumentations } = definitionOf('ShiftScaleRotate');
    const old = albumentations?.write(options, '1.3', size);
    const { scaleLimit, rotateLimit, shiftLimitX, shiftLimitY, fill } = options;
    const [low, high] = scaleLimit as [number, number];
    const now: AlbumentationsClass = {
      name: 'Affine',
      args: {
        scale: [1 + low, 1 + high],
        translate_percent: { x: shiftLimitX, y: shiftLimitY },
        rotate: rotateLimit,
        keep_ratio: true,
        interpolation: openCv.linear,
        border_mode: fill === null ? openCv.reflect101 : openCv.constantBorder,
        ...(fill !== null && { fill, fill_mask: outside }),
      },
    };
    notes.nearly(
      'ShiftScaleRotate',
      'releases whose Affine has border_mode (1.4.24 and 2.0.8) shift by whole pixels',
    );
    return either(old == null ? [now] : [now, withMaskValue(old)], p);
  },
  PaddedCrop: (options, p, size) => {
    const { albumentations } = definitionOf('PaddedCrop');
    const [now, old] = (['2.0', '1.3'] as const).map((release) => {
      const [padding] = albumentations!.write(options, release, size)!.args.transforms as Params[];
      const { __class_fullname__: name, ...rest } = padding;
      const args = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'p'));
      return { name: String(name), args };
    });
    const { height, width } = size;
    const pad = either([now, old], 1);
    return listCall('A.Compose', [pad, call('RandomCrop', 1, { height, width })], `p=${p}`);
  },
};

/** Where a constant is shown outside the image, masks show their label for that. */
function withMaskValue({ name, args }: AlbumentationsClass): AlbumentationsClass {
  return { name, args: { ...args, ...(args.value !== undefined && { mask_value: outside }) } };
}
