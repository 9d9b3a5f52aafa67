/** One file of a data set on the network. */
export interface Archive {
  readonly url: string;
  /** As its makers, or the field's libraries, publish it. */
  readonly checksum: { readonly algorithm: 'md5' | 'sha256'; readonly hex: string };
  readonly bytes: number;
  readonly kind: 'tar.gz' | 'zip' | 'file';
  /** What lies in DIR once it is there. */
  readonly gives: string;
}

const cifar = 'https://www.cs.toronto.edu/~kriz';
const housenumbers = 'http://ufldl.stanford.edu/housenumbers';
const md5 = (hex: string): Archive['checksum'] => ({ algorithm: 'md5', hex });

/**
 * The official archives. Checksums: CIFAR's stand on its page; those of SVHN and Tiny ImageNet are the
 * ones that the field's loaders check (torchvision's for SVHN).
 */
export const archives: Readonly<Record<string, readonly Archive[]>> = {
  cifar10: [
    {
      url: `${cifar}/cifar-10-binary.tar.gz`,
      checksum: md5('c32a1d4ab5d03f1284b67883e8d87530'),
      bytes: 170_052_171,
      kind: 'tar.gz',
      gives: 'cifar-10-batches-bin',
    },
  ],
  cifar100: [
    {
      url: `${cifar}/cifar-100-binary.tar.gz`,
      checksum: md5('03b5dce01913d631647c71ecec9e9cb8'),
      bytes: 168_513_733,
      kind: 'tar.gz',
      gives: 'cifar-100-binary',
    },
  ],
  svhn: [
    {
      url: `${housenumbers}/train_32x32.mat`,
      checksum: md5('e26dedcc434d2e4c54c9b2d4a06d8373'),
      bytes: 182_040_794,
      kind: 'file',
      gives: 'train_32x32.mat',
    },
    {
      url: `${housenumbers}/test_32x32.mat`,
      checksum: md5('eb5a983be6a315427106f1b164d9cef3'),
      bytes: 64_275_384,
      kind: 'file',
      gives: 'test_32x32.mat',
    },
  ],
  'tiny-imagenet': [
    {
      url: 'http://cs231n.stanford.edu/tiny-imagenet-200.zip',
      checksum: md5('90528d7ca1a48142e341f4ef8d21d0de'),
      bytes: 248_100_043,
      kind: 'zip',
      gives: 'tiny-imagenet-200',
    },
  ],
};
