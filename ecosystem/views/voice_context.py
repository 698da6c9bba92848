"""What the gap templates need of resident voice, which only a collaborative has."""

from typing import Any

from actors.framework import EngagementLevel, ProcessStep
from ecosystem.findings import Case
from ecosystem.findings.voice import decision_sentence, returned_sentence, voice_sentence


def voice_context(case: Case) -> dict[str, Any]:
    """Key ``voice``: answer, levels, steps, returned, open, decision, engagements (how many).

    A step has label, level and ``rank``, which counts the levels from 1 and is 0 where nothing is
    recorded. None for a city.
    """
    voice = case.results.resident_voice
    if voice is None:
        return {"voice": None}
    levels: list[str] = EngagementLevel.values
    data = case.analysis.data
    return {
        "voice": {
            "answer": voice_sentence(case),
            "levels": levels,
            "steps": [
                {
                    "label": ProcessStep(step).label,
                    "level": level or "",
                    "rank": levels.index(level) + 1 if level else 0,
                }
                for step, level in voice.steps.items()
            ],
            "returned": returned_sentence(case),
            "open": voice.open,
            "decision": decision_sentence(case),
            "engagements": sum(one.is_held(data.as_of) for one in data.engagements),
        }
    }
