"""The first page answers for everybody."""


def test_the_first_page_answers_for_every_role(as_, world):
    for name in ("", *world.people):
        assert as_(name).get("/").status_code == 200


def test_english_and_chinese_are_chosen_by_the_switch(as_):
    client = as_("")
    assert 'lang="zh-Hans"' in client.get("/").content.decode()
    client.post("/language/", {"lang": "en", "next": "/"})
    assert '<html lang="en">' in client.get("/").content.decode()
