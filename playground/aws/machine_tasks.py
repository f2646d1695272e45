"""The optimised SageMaker integration of Step Functions, with `.sync`, which moto lacks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_factory as factory,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (  # noqa: E501 - its name
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from playground.aws.hooks import Hooks
from playground.aws.interpreter import plain

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

_JOBS = {
    "createtransformjob": "Transform",
    "createtrainingjob": "Training",
    "createprocessingjob": "Processing",
}
_SERVICE_ERROR = "SageMaker.AmazonSageMakerException"


def add_sagemaker(hooks: Hooks) -> None:
    """Let `arn:aws:states:::sagemaker:…` tasks find the class below."""
    known = factory.state_task_service_for

    def find(service_name: str) -> Any:
        return SageMakerTask() if service_name == "sagemaker" else known(service_name)

    for module in (factory, state_task_factory):
        hooks.attribute(module, "state_task_service_for", find)


class SageMakerTask(StateTaskServiceCallback):
    """One task state; `.sync` polls the job until it ends."""

    def __init__(self) -> None:
        # The base class needs a callback endpoint even for `.sync`, hence both.
        patterns: Any = {ResourceCondition.Sync, ResourceCondition.WaitForTaskToken}
        super().__init__(supported_integration_patterns=patterns)

    def _validate_service_integration_is_supported(self) -> None:
        """Every action of SageMaker's is."""

    def _eval_service_task(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: Any,
        state_credentials: Any,  # noqa: ARG002 - moto's signature
    ) -> None:
        act = getattr(self._client(resource_runtime_part), self._get_boto_service_action())
        env.stack.append(plain(act(**normalised_parameters)))

    def _build_sync_resolver(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: Any,
        state_credentials: Any,  # noqa: ARG002 - moto's signature
    ) -> Callable[[], Any]:
        env.stack.pop()
        kind = _JOBS[self.resource.api_action.lower()]
        describe = getattr(self._client(resource_runtime_part), f"describe_{kind.lower()}_job")
        name = normalised_parameters[f"{kind}JobName"]

        def ended() -> Any:
            job = plain(describe(**{f"{kind}JobName": name}))
            if job[f"{kind}JobStatus"] in ("Failed", "Stopped"):
                failed = StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
                raise FailureEventException(self._failure(env, failed, to_json_str(job)))
            return job if job[f"{kind}JobStatus"] == "Completed" else None

        return ended

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if isinstance(ex, ClientError):
            return self._failure(env, CustomErrorName(_SERVICE_ERROR), str(ex))
        return super()._from_error(env, ex)

    def _failure(self, env: Any, error_name: Any, cause: str) -> Any:
        details = TaskFailedEventDetails(
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
            error=error_name.error_name,
            cause=cause,
        )
        return FailureEvent(
            env=env,
            error_name=error_name,
            event_type=HistoryEventType.TaskFailed,
            event_details=cast("EventDetails", {"taskFailedEventDetails": details}),
        )

    @staticmethod
    def _client(resource_runtime_part: Any) -> Any:
        return boto_client.boto_client_for(service="sagemaker", region=resource_runtime_part.region)
