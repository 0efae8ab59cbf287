"""moto's server, mended where a scenario would otherwise show moto's behaviour instead of the guard's.

Each change restores one behaviour that AWS documents. The conformance table is made without this file.
usage: python3 mended_moto.py -H 127.0.0.1 -p 0
"""

import time

from moto.awslambda.models import LambdaFunction
from moto.cloudformation.parsing import ResourceMap
from moto.cloudtrail import models
from moto.core.exceptions import JsonRESTError
from moto.kms.models import Grant
from moto.server import main
from moto.sqs.models import Queue

Backend, Trail = models.CloudTrailBackend, models.Trail
create_trail, describe = Backend.create_trail, Trail.description


def refuse(error, message):
    raise JsonRESTError(error, message)


# A name that is taken is refused, not overwritten (API_CreateTrail).
def create_unless_taken(self, name, *settings):
    if name in self.trails:
        refuse("TrailAlreadyExistsException", f"Trail {name} already exists")
    return create_trail(self, name, *settings)


# A trail's tags go with it, and it is found by its ARN too (API_DeleteTrail).
def delete_by_name_or_arn(self, name):
    trail = self.get_trail(name)
    self.tagging_service.delete_all_tags_for_resource(trail.arn)
    del self.trails[trail.trail_name]


# Stopping switches Insights off (user guide, cloudtrail-additional-cli-commands).
def stop_by_name_or_arn(self, name):
    trail = self.get_trail(name)
    trail.stop_logging()
    trail.insight_selectors = []


# Each set of selectors replaces the last, whatever its dialect (API_PutEventSelectors).
def replace_selectors(self, basic, advanced):
    self.event_selectors, self.advanced_event_selectors = basic or [], advanced or []


# Each set of Insights replaces the last (API_PutInsightSelectors).
def replace_insights(self, insights):
    self.insight_selectors = insights


# Insights that are off are an error (API_GetInsightSelectors).
def insights_or_error(self):
    if not self.insight_selectors:
        refuse("InsightNotEnabledException", f"Insights is not enabled on {self.arn}")
    return self.insight_selectors


# A topic is given by name or by ARN (API_CreateTrail).
def topic_by_name_or_arn(self):
    name = self.sns_topic_name
    if not name or name.startswith("arn:"):
        return name or None
    return f"arn:{self.partition}:sns:{self.region_name}:{self.account_id}:{name}"


# A trail tells whether it has selectors and Insights of its own (API_Trail); what was cleared is absent
# (user guide, cloudtrail-log-file-encryption-cli).
def description(self, include_region=False):
    flags = {
        "HasCustomEventSelectors": bool(self.event_selectors or self.advanced_event_selectors),
        "HasInsightSelectors": bool(self.insight_selectors),
    }
    return {field: value for field, value in {**describe(self, include_region), **flags}.items() if value not in ("", None)}


# What is retained outlives its stack (CloudFormation user guide, aws-attribute-deletionpolicy).
def delete_all_but_retained(self):
    for resource in self._resource_json_map.values():
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate":
            resource["DeletionPolicy"] = "Retain"
    delete_stack(self)


# A grant tells when it was made (API_GrantListEntry).
def make_grant(self, *settings, **named):
    init_grant(self, *settings, **named)
    self.created = time.time()


def grant_with_its_time(self):
    return {**grant_to_json(self), "CreationDate": self.created}


# A function tells where it logs (API_LoggingConfig).
def configuration_with_logging(self, *args, **named):
    logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
    return {**configuration(self, *args, **named), "LoggingConfig": logging}


configuration = LambdaFunction.get_configuration
LambdaFunction.get_configuration = configuration_with_logging
init_grant, grant_to_json = Grant.__init__, Grant.to_json
Grant.__init__, Grant.to_json = make_grant, grant_with_its_time
delete_stack = ResourceMap.delete
ResourceMap.delete = delete_all_but_retained
# The scenario polls the queues itself, for moto would need Docker to run a function.
Queue.lambda_event_source_mappings = property(lambda self: {}, lambda self, mappings: None)
Backend.create_trail = create_unless_taken
Backend.delete_trail = delete_by_name_or_arn
# Logging is started and stopped by name or ARN; a trail that is not there is an error (API_StartLogging).
Backend.start_logging = lambda self, name: self.get_trail(name).start_logging()
Backend.stop_logging = stop_by_name_or_arn
Trail.put_event_selectors = replace_selectors
Trail.put_insight_selectors = replace_insights
Trail.get_insight_selectors = insights_or_error
Trail.topic_arn = property(topic_by_name_or_arn)
Trail.description = description

if __name__ == "__main__":
    main()
