"""`discogs-assets videos`: videos of masters, from Redis where there is one."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_format, words
from discogs_assets.cli.start import platform, query_warehouse

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands
    from discogs_assets.exports.masters.videos import Answers
    from discogs_assets.platform import Settings

WHAT = "find videos of masters by genre, style or year"
EXAMPLE = """examples:
  discogs-assets videos --genre Rock --style Punk --year 1969
  discogs-assets videos --style Techno House --all --format csv > videos.csv
"""
KINDS = {"genre": "Rock", "style": "Psychedelic", "year": "1969"}
"""What is asked for, each with an example."""


def add_videos(commands: "Commands") -> None:
    """Add the command; several values of a kind, and several options of it, add up."""
    command = add_command(commands, "videos", WHAT, run_videos, EXAMPLE)
    for kind, example in KINDS.items():
        command.add_argument(
            f"--{kind}",
            type=words,
            nargs="+",
            action="extend",
            default=[],
            metavar=example,
            help=f"the {kind}; if several are given, any of them",
        )
    command.add_argument("--all", action="store_true", help="every video, not just a random one")
    command.add_argument(
        "--seed", type=int, metavar="N", help="choose the same one each time (default: any)"
    )
    add_format(command)


def run_videos(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.videos import print_videos
    from discogs_assets.exports.masters.videos import Question, find_all, find_one

    answers = open_answers(platform(arguments).settings)
    question = Question({kind: getattr(arguments, kind) for kind in KINDS})
    if arguments.all:
        answer = find_all(answers, question)
    else:
        answer = find_one(answers, question, arguments.seed)
    print_videos(arguments.format, answer, question, answers.name)
    return 0


def open_answers(settings: "Settings") -> "Answers":
    from discogs_assets.exports.masters.videos_warehouse import WarehouseVideos
    from discogs_assets.exports.redis.videos import RedisVideos
    from discogs_assets.platform import TABLES

    if settings.exports.redis_url:
        return RedisVideos(settings.exports.redis_url)
    return WarehouseVideos(query_warehouse(settings), TABLES["master"], TABLES["release"])
