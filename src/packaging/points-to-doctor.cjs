/** Says at the end of a deployment how to find out whether all is well. */
module.exports = class PointsToDoctor {
  constructor(serverless) {
    this.hooks = {
      'after:deploy:deploy': () => {
        const { stage, region } = serverless.service.provider;
        serverless.addServiceOutputSection(
          'is it well?',
          `npm run doctor -- --stage ${stage} --region ${region}`,
        );
      },
    };
  }
};
