"""Parses each state machine's definition once: moto does it anew for every execution, at 0.1 s each."""

from collections import OrderedDict
from typing import Any, Final

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from playground.aws.hooks import Hooks

_KEPT: Final = 16


class Definitions:
    """The syntax trees of the definitions that were used last; what an execution changes is made anew."""

    def __init__(self) -> None:
        self._trees: OrderedDict[str, Any] = OrderedDict()

    def install(self, hooks: Hooks) -> None:
        """Take over from moto's parser."""
        parse = AmazonStateLanguageParser.parse

        def parse_once(definition: str) -> Any:
            if tree := self._trees.get(definition):
                return Preprocessor().visit(tree), tree
            program, tree = parse(definition)
            self._trees[definition] = tree
            while len(self._trees) > _KEPT:
                self._trees.popitem(last=False)
            return program, tree

        hooks.attribute(AmazonStateLanguageParser, "parse", staticmethod(parse_once))
