import subprocess
import sys

from portfolio_lab.data.schema import CONTRACTS, table_spec
from portfolio_lab.data.table_names import known_tables


def test_the_names_are_those_of_the_contracts():
    assert list(known_tables()) == list(CONTRACTS)
    for name, names in known_tables().items():
        spec = table_spec(name)
        assert names.columns == tuple(column.name for column in spec.columns), name
        assert names.keeps_more_columns == spec.keeps_more_columns, name


def test_they_are_known_without_loading_pandas():
    code = (
        "import sys; from portfolio_lab.data.table_names import known_tables; known_tables(); "
        "print({'pandas', 'pandera', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
