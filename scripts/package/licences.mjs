// The licences of Debian's libraries: what each package says of itself, and the texts it refers to.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SetupProblem } from '../setup/problem.mjs';

const common = '/usr/share/common-licenses';

/**
 * Writes a folder with the copyright file of every package that the libraries come from, the texts that these refer to, and
 * README.md, which says which file is from which package and version.
 *
 * @param {{libraries: string[], folder: string, licence: string}} options `licence`: this project's own, for the addons
 */
export function collectLicences({ libraries, folder, licence }) {
  mkdirSync(folder, { recursive: true });
  const rows = libraries.map((file) => ({ file: basename(file), ...packageOf(file) }));
  const texts = new Set();
  for (const name of new Set(rows.map((row) => row.package))) {
    const copyright = `/usr/share/doc/${name}/copyright`;
    copyFileSync(copyright, join(folder, `${name}.txt`));
    for (const [, text] of readFileSync(copyright, 'utf8').matchAll(
      /\/usr\/share\/common-licenses\/([\w.+-]*\w)/g,
    ))
      texts.add(text);
  }
  for (const text of texts) copyFileSync(join(common, text), join(folder, `${text}.txt`));
  copyFileSync(licence, join(folder, 'safe-augment.txt'));
  writeFileSync(join(folder, 'README.md'), readme(rows));
}

function readme(rows) {
  return [
    '# Licences',
    '',
    'The addons `safe_augment.node` and `file_map.node` are part of safe-augment (MIT, `safe-augment.txt`). The libraries are',
    "Debian's, unchanged but for their run path and the names of libraries that they do not use. Each package's own words are in",
    'the file of its name; the licences that these refer to lie beside them. The sources are those of the Debian source',
    'package and version named here.',
    '',
    '| library | Debian package | version | source package |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.file} | ${row.package} | ${row.version} | ${row.source} |`),
    '',
  ].join('\n');
}

/** The Debian package that a library's file belongs to. */
function packageOf(file) {
  const owner = [file, realpathSync(file)].map(ownerOf).find((name) => name !== undefined);
  if (owner === undefined)
    throw new SetupProblem(
      `${file} belongs to no Debian package, so that its licence is not known.`,
      'Pack the engine on Debian, with its own libtorch.',
    );
  const format = '${Package}\t${Version}\t${source:Package} ${source:Version}';
  const shown = execFileSync('dpkg-query', ['-W', `-f=${format}`, owner], { encoding: 'utf8' });
  const [name, version, source] = shown.split('\t');
  return { package: name, version, source };
}

/** Debian knows files by their place before /lib became a link to /usr/lib, or by the one after. */
function ownerOf(file) {
  const other = file.startsWith('/usr/') ? file.slice(4) : `/usr${file}`;
  for (const path of [file, other])
    try {
      const found = execFileSync('dpkg', ['-S', path], { encoding: 'utf8', stdio: 'pipe' });
      return found.slice(0, found.lastIndexOf(': ')).split(',')[0].trim();
    } catch {
      continue;
    }
  return undefined;
}
