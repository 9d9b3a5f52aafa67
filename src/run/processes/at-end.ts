/** How the process ends: at once, where it has trained together with others; otherwise by itself. */
export const atEnd: { quit?: (exitCode: number) => void } = {};
