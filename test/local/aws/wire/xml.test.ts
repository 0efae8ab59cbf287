import { readXml } from '../../../../local/aws/wire/xml.ts';

test.each<[string, string, unknown]>([
  [
    'texts',
    '<?xml version="1.0"?><A xmlns="urn:a"><B>x &amp; &#233;</B></A>',
    { xmlns: 'urn:a', B: 'x & é' },
  ],
  ['several of a name', '<A><B>1</B><B>2</B></A>', { B: ['1', '2'] }],
  ['an empty element', '<A><B/><C></C></A>', { B: '', C: '' }],
  ['comments', '<A><!-- <B> --><C>1</C></A>', { C: '1' }],
])('%s are read', (_, text, content) => {
  expect(readXml(text)).toEqual({ root: 'A', content });
});

test.each(['', 'text', '<A>', '<A></B>', '</A>', '<A/><B/>', '<A><', '<A>&</A><'])(
  '%j is not well-formed',
  (text) => {
    expect(readXml(text)).toBeUndefined();
  },
);
