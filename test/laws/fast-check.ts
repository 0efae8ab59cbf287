import fc from 'fast-check';

// Until a counterexample is as small as can be, no limit of Jest's holds, and that may take minutes: a law that is broken says by
// which example and seed. With SHRINK=1 it looks for a smaller one.
fc.configureGlobal({ endOnFailure: !process.env['SHRINK'] });

export default fc;
