from actors import framework
from ecosystem.analysis import vocabulary


def test_framework_has_the_slugs_of_the_analysis_in_its_order():
    assert tuple(framework.Sector.values) == vocabulary.SECTORS
    assert tuple(framework.Role.values) == vocabulary.ROLES
    assert tuple(framework.Area.values) == tuple(vocabulary.AREAS)
    assert tuple(framework.Competency.values) == vocabulary.COMPETENCIES


def test_framework_is_as_long_as_the_founding_document_says():
    assert len(framework.Sector) == 10
    assert len(framework.Role) == 10
    assert len(framework.Area) == 4
    assert len(framework.Competency) == 12
    assert framework.Level.values == [0, 1, 2, 3]
    assert len(framework.TieKind) == 11
    assert framework.TieStrength.values == [1, 2, 3, 4]
    assert len(framework.ProcessStep) == 5
    assert len(framework.EngagementLevel) == 5
    assert len(framework.ResourceKind) == 9


def test_every_tie_kind_reads_from_its_target_too():
    assert list(framework.REVERSE_TIE_LABELS) == list(framework.TieKind)
    assert all(str(label) for label in framework.REVERSE_TIE_LABELS.values())
    same_both_ways = {
        kind for kind, label in framework.REVERSE_TIE_LABELS.items() if label == kind.label
    }
    assert same_both_ways == {framework.TieKind.DELIVERS_PROJECT_WITH}


def test_choices_have_names_of_their_own():
    for choices in (
        framework.Sector,
        framework.Role,
        framework.Area,
        framework.Competency,
        framework.Level,
        framework.TieKind,
        framework.ProcessStep,
        framework.ResourceKind,
    ):
        assert len({str(label) for label in choices.labels}) == len(choices)
