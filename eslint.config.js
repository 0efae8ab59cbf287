import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['.serverless/', '.esbuild/', 'coverage/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // The folder name marks impurity: what stands directly under src/ is synchronous and pure, heal*.ts excepted.
    files: ['src/*.ts'],
    ignores: ['src/heal*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: ':function[async=true]',
          message: 'Effects live in src/heal*.ts, src/aws and src/handlers.',
        },
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Pass the time in.' },
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'Pass the time in.',
        },
        { selector: 'MemberExpression[object.name="process"]', message: 'Pass the environment in.' },
      ],
    },
  },
);
