import { parseHost } from './host';

const address = (text: string) => ({ kind: 'address', address: text });
const name = (text: string) => ({ kind: 'name', name: text });

describe('parseHost', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['0X7F.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['127.0.1', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['0x', '0.0.0.0'],
    ['127.0.0.1.', '127.0.0.1'],
    ['127.0.0.1..', '127.0.0.1'],
    ['2130706433..', '127.0.0.1'],
    ['127.0.0.1%2e%2e', '127.0.0.1'],
    ['１２７.０.０.１', '127.0.0.1'],
    ['①②⑦.⓪.⓪.①', '127.0.0.1'],
    ['127。0．0｡1', '127.0.0.1'],
    ['%31%32%37.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::1', '::1'],
    ['[FE80::1%25eth0]', 'FE80::1%25eth0'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('reads %s as the address %s', (text, expected) => {
    expect(parseHost(text)).toEqual(address(expected));
  });

  it.each([
    ['Product', 'product'],
    ['product.', 'product.'],
    ['my_service', 'my_service'],
    ['metadata。google。internal', 'metadata.google.internal'],
    ['ＭＥＴＡ%64ata.google.internal', 'metadata.google.internal'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['127.0.0.1.example.com', '127.0.0.1.example.com'],
  ])('reads %s as the name %s', (text, expected) => {
    expect(parseHost(text)).toEqual(name(expected));
  });

  it.each([
    '',
    '.',
    '..',
    '256.0.0.1',
    '256.0.0.1..',
    '4294967296',
    '1.2.3.4.5',
    '127.0.0.1:80',
    'a@127.0.0.1',
    'a/127.0.0.1',
    'a\\127.0.0.1',
    'a?b',
    'a#b',
    'a b',
    'a\tb',
    'a%00b',
    '[::1',
    '[::1]]',
    '[127.0.0.1]x',
  ])('takes "%s" for no host', (text) => {
    expect(parseHost(text)).toBeUndefined();
  });
});
