import { z } from 'zod';
import { baselineNames } from '../augment/index.js';
import { modelNames } from '../models/index.js';
import { presets } from './presets.js';
import { compareSchema } from './compare-settings.js';
import { learnSchema } from './learn-settings.js';
import { policyNames, trainSchema } from './train-settings.js';

/** What is used of a JSON schema. */
interface Node {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  pattern?: string;
}

/** The page docs/config.md, made from the schema: every setting with its values and its default. */
export function describeConfig(): string {
  const learn = settingsOf(learnSchema, {});
  const train = settingsOf(trainSchema, { policy: '-' });
  const compare = settingsOf(compareSchema, { arms: ['none'] });
  const named = Object.entries(presets).map(([name, { summary }]) => `- \`${name}\`: ${summary}`);
  return `# Settings of \`learn\`

Settings come from a preset (\`--preset NAME\`, or \`preset: NAME\` in the file), a YAML or JSON file (\`--config FILE\`)
and command-line options; each overrides the one before. Unknown settings are refused, and all problems are reported at
once. \`epochs\` without \`budget\` drops the budget of an earlier source, and \`budget\` without \`epochs\` drops its
epochs. Where \`data\` is a list, the data sets share one network ([reuse.md](reuse.md)).

\`\`\`yaml
preset: quick
budget: 30m
schedule: { name: cosine, warmupEpochs: 2 }
augmentations:
  - HorizontalFlip
  - { name: RandomCrop, options: { height: 28, width: 28 } }
\`\`\`

| setting | values | default | meaning |
| --- | --- | --- | --- |
${table(learn)}

Presets:

${named.join('\n')}

# Settings of \`train\`

All settings of \`learn\` except ${onlyIn(learn, train)}. In addition, or with other values:

| setting | values | default | meaning |
| --- | --- | --- | --- |
${table(train, learn)}

# Settings of \`compare\`

All settings of \`train\` except ${onlyIn(train, compare)}. \`budget\` covers all trainings together, \`epochs\` each arm. In addition, or with other values:

| setting | values | default | meaning |
| --- | --- | --- | --- |
${table(compare, train)}
`;
}

type SettingRows = ReadonlyMap<string, readonly string[]>;

/** The rows of every setting; those that must be given have no default. */
function settingsOf(schema: z.ZodType, given: Record<string, unknown>): SettingRows {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as Node;
  const required: Record<string, unknown> = { data: '-', out: '-', ...given };
  const defaults = schema.parse(required) as Record<string, unknown>;
  return new Map(
    Object.entries(properties).map(([name, node]) => [
      name,
      rowsOf(name, node, name in required ? undefined : defaults[name]),
    ]),
  );
}

/** The rows of the settings that `but` does not have. */
function table(settings: SettingRows, but?: SettingRows): string {
  return [...settings]
    .filter(([name]) => but === undefined || String(but.get(name)) !== String(settings.get(name)))
    .flatMap(([, rows]) => rows)
    .join('\n');
}

/** Names of the settings that only the first has. */
function onlyIn(first: SettingRows, second: SettingRows): string {
  const names = [...first.keys()].filter((name) => !second.has(name));
  return names.map((name) => `\`${name}\``).join(', ');
}

function rowsOf(path: string, node: Node, value: unknown): string[] {
  const nested = node.properties;
  if (nested !== undefined)
    return Object.entries(nested).flatMap(([name, child]) =>
      rowsOf(`${path}.${name}`, child, (value as Record<string, unknown> | undefined)?.[name]),
    );
  if (node.oneOf !== undefined)
    return node.oneOf.flatMap((variant) => variantRows(path, variant, value));
  const own = [row(path, values(node), value, node.description)];
  const inner = node.anyOf?.find(
    (option) => option.properties !== undefined && (value === null || value === 'auto'),
  );
  if (inner === undefined || path === 'size') return own;
  return [
    ...own,
    ...Object.entries(inner.properties ?? {}).map(([name, child]) =>
      row(`${path}.${name}`, values(child), child.default, child.description),
    ),
  ];
}

/** One of the forms that `name` distinguishes. */
function variantRows(path: string, variant: Node, value: unknown): string[] {
  const { name, ...others } = variant.properties ?? {};
  const chosen = (value as { name?: unknown } | undefined)?.name === name.const;
  return [
    row(
      `${path}.name`,
      `\`${String(name.const)}\``,
      chosen ? name.const : undefined,
      name.description,
    ),
    ...Object.entries(others).map(([field, child]) =>
      row(
        `${path}.${field}`,
        values(child),
        child.default,
        `(${String(name.const)}) ${child.description ?? ''}`,
      ),
    ),
  ];
}

function row(path: string, what: string, value: unknown, meaning = ''): string {
  const shown =
    value === undefined
      ? ''
      : Array.isArray(value)
        ? path === 'augmentations'
          ? 'the fifteen'
          : `\`${JSON.stringify(value)}\``
        : `\`${JSON.stringify(value)}\``;
  const cells = [`\`${path}\``, what, shown, meaning].map((cell) => cell.replaceAll('|', '\\|'));
  return `| ${cells.join(' | ')} |`;
}

function values(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((v) => `\`${String(v)}\``).join(', ');
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(values))].join(' or ');
  if (node.type === 'array')
    return node.items?.type === 'string' ? 'list' : 'list of names or { name, options }';
  if (node.type === 'object') return 'mapping';
  if (node.type === 'null') return '`null`';
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'string') return 'text';
  return `${node.type === 'integer' ? 'integer' : 'number'}${range(node)}`;
}

function range(node: Node): string {
  const parts: string[] = [];
  if (node.minimum !== undefined) parts.push(`≥ ${node.minimum}`);
  if (node.exclusiveMinimum !== undefined) parts.push(`> ${node.exclusiveMinimum}`);
  // What only keeps a number exact is no limit that a reader needs.
  if (node.maximum !== undefined && node.maximum < 2 ** 32 - 1) parts.push(`≤ ${node.maximum}`);
  if (node.exclusiveMaximum !== undefined) parts.push(`< ${node.exclusiveMaximum}`);
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
}

/** Names that settings take beside files and numbers, by option of the command line: for its completions. */
export const knownNames: Readonly<Record<string, readonly string[]>> = {
  '--policy': [...policyNames, ...baselineNames],
  '--preset': Object.keys(presets),
  '--model': modelNames,
  '--device': ['auto', 'cpu', 'cuda', 'mps'],
  '--precision': ['auto', 'float32', 'bfloat16'],
};
