import { createBuildProgress } from '../../workspace/build-progress';

describe('createBuildProgress', () => {
  test('says which project is being compiled and how many there are, counting those that are up to date', () => {
    const progress = createBuildProgress();
    const lines = [
      '12:00:00 PM - Projects in this build: ',
      '    * libs/contracts/tsconfig.build.json',
      '    * libs/service-kit/tsconfig.build.json',
      '    * apps/hello/tsconfig.build.json',
      "12:00:00 PM - Project 'libs/contracts/tsconfig.build.json' is up to date because newest input is older",
      "12:00:00 PM - Project 'libs/service-kit/tsconfig.build.json' is out of date because output does not exist",
      "12:00:00 PM - Building project '/somewhere/libs/service-kit/tsconfig.build.json'...",
      "12:00:03 PM - Building project '/somewhere/apps/hello/tsconfig.build.json'...",
    ];

    expect(lines.flatMap((line) => progress(line) ?? [])).toEqual([
      'Building libs/service-kit (2/3)',
      'Building apps/hello (3/3)',
    ]);
  });

  test('hands on what is wrong', () => {
    const fault =
      "apps/hello/src/main.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.";

    expect(createBuildProgress()(fault)).toBe(fault);
  });
});
