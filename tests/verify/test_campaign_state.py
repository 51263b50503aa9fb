from firstspike.verify.campaign_state import CampaignState


def test_a_finished_piece_is_not_done_again(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"value": len(made)}

    path = tmp_path / "state" / "one.jsonl"
    assert CampaignState(path, "a").get("piece", make) == {"value": 1}
    assert CampaignState(path, "a").get("piece", make) == {"value": 1}
    assert CampaignState(path, "b").get("piece", make) == {"value": 2}
    assert CampaignState(path, "a").get("other", make) == {"value": 3}


def test_a_line_cut_off_by_an_interruption_is_dropped(tmp_path):
    path = tmp_path / "one.jsonl"
    CampaignState(path, "a").get("piece", lambda: 1)
    with open(path, "a") as file:
        file.write('{"identity": "a", "ke')
    state = CampaignState(path, "a")
    assert state.pieces == {"piece": 1}
    state.get("next", lambda: 2)
    assert CampaignState(path, "a").pieces == {"piece": 1, "next": 2}
