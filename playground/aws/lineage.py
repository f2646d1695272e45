"""SageMaker's lineage graph, which moto lacks: artifacts, actions, contexts, and what leads to what."""

from playground.aws.lineage_associations import LineageAssociations
from playground.aws.lineage_components import LineageComponents
from playground.aws.lineage_entities import LineageEntities
from playground.aws.lineage_query import LineageQueries


class LineageOperations(LineageEntities, LineageComponents, LineageAssociations, LineageQueries):
    """All operations on the graph; what SageMaker adds to it by itself is in lineage_jobs and
    lineage_packages.
    """
