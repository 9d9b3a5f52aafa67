import type { Range } from '../definition/option-reader.js';
import { chancesOf, forEvery, reach, rounded, shorterSide, type Chance } from './chances.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from './exported.js';
import { headOf, percent } from './head.js';

/** Arguments of Ultralytics' training that augment, with what each is and who reads it. */
const meanings = {
  hsv_h: 'hue',
  hsv_s: 'saturation',
  hsv_v: 'value',
  degrees: 'rotation; not read by classify',
  translate: 'shift in parts of the sides; not read by classify',
  scale: 'gain; in classify, part of the area that crops may leave out',
  shear: 'degrees; not read by classify',
  perspective: 'not read by classify',
  flipud: 'chance of a vertical flip',
  fliplr: 'chance of a horizontal flip',
  bgr: 'chance of swapped channels; not read by classify',
  mosaic: 'chance; not read by classify',
  mixup: 'chance; not read by classify',
  cutmix: 'chance; not read by classify',
  copy_paste: 'chance; not read by classify',
  erasing: 'chance of an erased rectangle; read by classify alone',
} as const;

type Argument = keyof typeof meanings;
type Arguments = Record<Argument, number>;

/** What a transform sets; what it cannot is noted. */
type Form = (chance: Chance, set: Arguments, context: Context) => void;

interface Context {
  readonly notes: Differences;
  readonly size: ExportablePolicy['size'];
}

/**
 * A policy as the YAML of training arguments for Ultralytics: every argument that augments is in it, 0 or null where the policy
 * does not contain it, so that none of Ultralytics' defaults stays on.
 *
 * @throws UserError `EXPORT_POLICY`
 */
export function ultralyticsArguments(exported: ExportablePolicy): ExportedPolicy {
  const { policy, last, size, perPixel = false } = exported;
  const notes = new Differences();
  const set = Object.fromEntries(Object.keys(meanings).map((key) => [key, 0])) as Arguments;
  const forms = perPixel ? { ...always, ...located } : { ...always, ...whole };
  for (const chance of chancesOf(policy.root)) {
    const form = Object.hasOwn(forms, chance.name) ? forms[chance.name] : undefined;
    if (form === undefined) notes.leftOut(chance.name, 'Ultralytics has no argument for it');
    else form(chance, set, { notes, size });
  }
  if (last !== undefined)
    notes.leftOut(
      'the last epochs',
      `the policy trains the last ${percent(last.share)} of them with the safe set alone; Ultralytics augments all epochs alike`,
    );
  if (!perPixel && set.scale === 0)
    notes.nearly('no crop', 'classify resizes the shorter side and takes the middle square');
  const head = headOf(
    { ...exported, last: undefined },
    {
      library: `Ultralytics (${perPixel ? 'detect, segment, pose and obb' : 'classify'})`,
      checked: 'ultralytics 8.4.190',
      usage: [
        'yolo train cfg=policy.yaml model=... data=...',
        'Arguments that are 0 or null are off: the policy does not contain them, or Ultralytics cannot do them so.',
        ...(perPixel
          ? [
              'Where albumentations is installed, Ultralytics also blurs, greys and equalises 1 % of the images each;',
              'model.train(cfg="policy.yaml", augmentations=[]) leaves that out.',
            ]
          : []),
      ],
    },
    notes,
  );
  const lines = (Object.keys(meanings) as Argument[]).map(
    (key) => `${key}: ${decimal(set[key])}  # ${meanings[key]}`,
  );
  const text = [
    ...head.map((line) => `# ${line}`.trimEnd()),
    ...lines,
    'auto_augment: null  # randaugment, autoaugment or augmix; read by classify alone',
    '',
  ].join('\n');
  return { text, ...notes };
}

/** YAML reads 0 as a whole number, and Ultralytics wants fractions. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** What all tasks of Ultralytics read alike. */
const always: Readonly<Record<string, Form>> = {
  HorizontalFlip: ({ p }, set) => {
    set.fliplr = rounded(p);
  },
  VerticalFlip: ({ p }, set) => {
    set.flipud = rounded(p);
  },
};

/** For images whose labels have a place: detect, segment, pose, obb. */
const located: Readonly<Record<string, Form>> = {
  RandomContrast: ({ name, options, p }, set, { notes }) => {
    const limit = options.limit as Range;
    const most = reach(limit);
    if (most === 0) return notes.leftOut(name, 'its range lies on one side of doing nothing');
    set.hsv_v = Math.max(set.hsv_v, most);
    notes.nearly(name, `hsv_v multiplies alike, but is drawn ${forEvery(p)}${shorterSide(limit)}`);
  },
  RandomBrightness: ({ name }, _set, { notes }) =>
    notes.leftOut(name, 'it adds to all values, where hsv_v multiplies them'),
  ShiftScaleRotate: ({ name, options, p }, set, { notes }) => {
    const { rotateLimit, scaleLimit, shiftLimitX, shiftLimitY } = options as Record<string, Range>;
    set.degrees = reach(rotateLimit);
    set.scale = reach(scaleLimit);
    set.translate = Math.max(set.translate, Math.min(reach(shiftLimitX), reach(shiftLimitY)));
    if (set.degrees + set.scale + set.translate === 0)
      return notes.leftOut(name, 'its ranges lie on one side of doing nothing');
    notes.nearly(
      name,
      `degrees, scale and translate are drawn ${forEvery(p)}; outside is grey (114) instead of reflected`,
    );
  },
  PaddedCrop: ({ name, options, p }, set, { notes, size: { height, width } }) => {
    const most = Math.round((options.padding as number) * Math.max(height, width));
    const share = rounded(Math.min(most / height, most / width));
    set.translate = Math.max(set.translate, share);
    notes.nearly(
      name,
      `translate shifts by up to ${percent(share)} of the sides ${forEvery(p)}, not in whole pixels; outside is grey (114) instead of black`,
    );
  },
  HueSaturationValue: (chance, set, { notes }) => {
    const { hue, saturation, value } = colours(chance);
    if (hue + saturation + value === 0) return notes.leftOut(chance.name, oneSided);
    set.hsv_h = hue;
    set.hsv_s = saturation;
    set.hsv_v = Math.max(set.hsv_v, value);
    notes.nearly(
      chance.name,
      `hue is shifted alike, saturation and value are scaled instead of shifted, ${forEvery(chance.p)}; uneven ranges reach as far as their shorter side`,
    );
  },
  Translate: ({ name, options, p }, set, { notes }) => {
    const share = Math.min(reach(options.limitX as Range), reach(options.limitY as Range));
    if (share === 0) return notes.leftOut(name, oneSided);
    set.translate = Math.max(set.translate, share);
    notes.nearly(
      name,
      `translate shifts by up to ${percent(share)} of the sides ${forEvery(p)}, not in whole pixels; outside is grey (114)`,
    );
  },
  Shear: ({ name, options, p }, set, { notes }) => {
    set.shear = Math.min(reach(options.limitX as Range), reach(options.limitY as Range));
    if (set.shear === 0) return notes.leftOut(name, oneSided);
    notes.nearly(
      name,
      `shears both ways by up to ${set.shear} degrees ${forEvery(p)}; outside is grey (114)`,
    );
  },
  Perspective: ({ name }, _set, { notes }) =>
    notes.leftOut(
      name,
      'perspective is a gradient per pixel of the size that is trained with, and moves corners outwards too',
    ),
  RandomErasing: ({ name }, _set, { notes }) =>
    notes.leftOut(name, 'erasing is read by classify alone'),
  RandomResizedCrop: ({ name }, _set, { notes }) =>
    notes.leftOut(name, 'scale makes images smaller as far as larger, and keeps their shape'),
};

/** For images that have one class: classify. */
const whole: Readonly<Record<string, Form>> = {
  RandomSizedCrop: ({ name, options, p }, set, { notes, size }) => {
    const sides =
      (options.minMaxScale as Range | undefined) ??
      ((options.minMaxHeight as Range).map((side) => side / size.height) as Range);
    set.scale = Math.max(set.scale, rounded(1 - Math.min(1, sides[0]) ** 2));
    notes.nearly(
      name,
      `crops have ${percent(1 - set.scale)} to 100 % of the area and sides of 3:4 to 4:3, ${forEvery(p)}; there of ${sides.map(percent).join(' to ')} of the sides`,
    );
  },
  RandomResizedCrop: ({ name, options, p }, set, { notes }) => {
    const { scale, ratio } = options as Record<string, Range>;
    set.scale = Math.max(set.scale, rounded(1 - scale[0]));
    notes.nearly(
      name,
      `crops have ${percent(1 - set.scale)} to 100 % of the area and sides of 3:4 to 4:3, ${forEvery(p)}; there of ${scale.map(percent).join(' to ')} and ${ratio.map((x) => x.toFixed(2)).join(' to ')}`,
    );
  },
  HueSaturationValue: (chance, set, { notes }) => {
    const { hue, saturation } = colours(chance);
    if (hue + saturation === 0) return notes.leftOut(chance.name, oneSided);
    set.hsv_h = hue;
    set.hsv_s = saturation;
    notes.nearly(
      chance.name,
      `saturation is scaled instead of shifted, ${forEvery(chance.p)}; the value stays, because ${ofClassify}; uneven ranges reach as far as their shorter side`,
    );
  },
  RandomErasing: ({ name, options, p }, set, { notes }) => {
    const { scale, ratio, value } = options as { scale: Range; ratio: Range; value: number };
    const same = String([...scale, ...ratio]) === String([0.02, 0.33, 0.3, 3.3]);
    if (!same && (scale[1] < 0.33 || ratio[0] > 0.3 || ratio[1] < 3.3))
      return notes.leftOut(
        name,
        'classify erases 2 to 33 % of the area in shapes of 0.3 to 3.3, which goes further',
      );
    set.erasing = rounded(p);
    if (!same || value !== 0)
      notes.nearly(
        name,
        'classify erases 2 to 33 % of the area, in black, in shapes of 0.3 to 3.3',
      );
  },
  ...Object.fromEntries(
    ['Translate', 'Shear', 'Perspective'].map((name): [string, Form] => [
      name,
      (_chance, _set, { notes }) =>
        notes.leftOut(name, `classify does not read ${name.toLowerCase()}`),
    ]),
  ),
  RandomContrast: ({ name }, _set, { notes }) => notes.leftOut(name, ofClassify),
  RandomBrightness: ({ name }, _set, { notes }) => notes.leftOut(name, ofClassify),
  ShiftScaleRotate: ({ name }, _set, { notes }) =>
    notes.leftOut(name, 'classify reads neither degrees nor translate'),
  PaddedCrop: ({ name }, _set, { notes }) =>
    notes.leftOut(name, 'classify does not read translate'),
};

const ofClassify =
  'hsv_v of classify changes brightness and contrast together, and contrast about the mean grey';
const oneSided = 'its ranges lie on one side of doing nothing';

/** How far both ways: parts of the circle, of saturation and of value. */
function colours({ options }: Chance): { hue: number; saturation: number; value: number } {
  const { hueShiftLimit, satShiftLimit, valShiftLimit } = options as Record<string, Range>;
  return {
    hue: rounded(reach(hueShiftLimit) / 180),
    saturation: rounded(reach(satShiftLimit) / 255),
    value: rounded(reach(valShiftLimit) / 255),
  };
}
