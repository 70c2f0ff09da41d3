import pandas as pd
import pytest

from portfolio_lab.reports.outputs.lists import name_lists, write_lists


def test_each_name_has_a_file_of_its_own_that_any_disk_takes():
    names = ["Óscar D'Ors", "oscar d ors", "../../etc/passwd", "山田", "CON", "x" * 300]
    assert list(name_lists(names, table_id="at_risk").values()) == [
        "tables/at_risk/1_oscar_d_ors.csv",
        "tables/at_risk/2_oscar_d_ors.csv",
        "tables/at_risk/3_etc_passwd.csv",
        "tables/at_risk/4.csv",
        "tables/at_risk/5_con.csv",
        f"tables/at_risk/6_{'x' * 40}.csv",
    ]
    assert name_lists([f"n{i}" for i in range(12)], table_id="t")["n0"] == "tables/t/01_n0.csv"


def test_lists_hold_their_rows_guarded_and_those_of_an_earlier_run_are_gone(tmp_path):
    stale = tmp_path / "tables" / "t" / "9_gone.csv"
    stale.parent.mkdir(parents=True)
    stale.touch()
    rows = pd.DataFrame({"Customer": ["=1+1", "Núñez"], "Amount": [1.5, 2.0]})
    write_lists({"Ana": rows}, {"Ana": "tables/t/1_ana.csv"}, folder=tmp_path)
    assert [path.name for path in stale.parent.iterdir()] == ["1_ana.csv"]
    text = (stale.parent / "1_ana.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines() == ['"Customer","Amount"', '"\'=1+1",1.5', '"Núñez",2.0']


def test_a_name_without_a_list_is_an_error(tmp_path):
    with pytest.raises(KeyError):
        write_lists({"Ana": pd.DataFrame()}, {"Eva": "tables/t/1_eva.csv"}, folder=tmp_path)
