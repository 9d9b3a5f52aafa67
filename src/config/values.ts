import { z } from 'zod';
import { parseDuration } from '../core/index.js';

/** A duration, in seconds. */
export const secondsSchema = z
  .union([z.number().positive(), z.string()], {
    error: "expected a duration such as '90s', '20m' or '1h30m', or seconds",
  })
  .transform((value, context) => {
    const seconds = typeof value === 'number' ? value : parseDuration(value);
    if (seconds !== undefined) return seconds;
    context.addIssue({
      code: 'custom',
      message: "expected a duration such as '90s', '20m' or '1h30m'",
    });
    return z.NEVER;
  });

/** As many pixels as an image file may have at most. */
const side = z.int().min(1).max(16383);
/** A size in pixels, or `auto`. */
export const sizeSchema = z
  .union(
    [
      z.literal('auto'),
      side.transform((s) => ({ height: s, width: s })),
      z
        .string()
        .regex(
          /^\d+(x\d+)?$/,
          "expected pixels such as 64, HEIGHTxWIDTH such as '48x64', or 'auto'",
        ),
      z.strictObject({ height: side, width: side }),
    ],
    { error: "expected pixels such as 64, HEIGHTxWIDTH such as '48x64', or 'auto'" },
  )
  .transform((value, context) => {
    if (typeof value !== 'string' || value === 'auto') return value;
    const [height, width = height] = value.split('x').map(Number);
    if (side.safeParse(height).success && side.safeParse(width).success) return { height, width };
    context.addIssue({ code: 'custom', message: 'expected sides of 1 to 16383 px' });
    return z.NEVER;
  });

/** Where figures go while a run goes on. */
export const logSchema = z.string().transform((text, context) => {
  if (text === 'tensorboard') return text;
  const address =
    text === 'mlflow' ? process.env.MLFLOW_TRACKING_URI : /^mlflow:(.+)$/.exec(text)?.[1];
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : null;
  const isServer = url !== null && ['http:', 'https:'].includes(url.protocol);
  // What stands in it would be kept in the run folder, and shown in reports.
  const isOpen = url !== null && (url.username !== '' || url.password !== '');
  if (isServer && !isOpen) return `mlflow:${address}`;
  context.addIssue({
    code: 'custom',
    message: isOpen
      ? 'expected an address without user and password: they are read from MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD'
      : "expected 'tensorboard', 'mlflow:ADDRESS' such as mlflow:http://localhost:5000, or 'mlflow' where MLFLOW_TRACKING_URI is set",
  });
  return z.NEVER;
});
