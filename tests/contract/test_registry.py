"""Registries, SQL, docs and README say the same."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.builds import REPOSITORY, Market

PUBLIC = {
    "raw.loads": "load_id source dataset started_at finished_at status n_rows n_rejected",
    "raw.universe": "asset_class venue country currency sector name member_from member_to",
    "raw.prices": (
        "symbol bar_date open high low close volume currency price_basis source load_id observed_at"
    ),
    "raw.corporate_actions": "symbol ex_date action_type value",
    "raw.fundamentals": "symbol metric period_end_date published_at value currency",
    "raw.rejects": "load_id source table_name reason row_json",
    "prepared.build_info": (
        "build_fingerprint data_fingerprint settings_fingerprint code_fingerprint known_at "
        "first_date last_date"
    ),
    "prepared.universe_daily": "as_of_date symbol asset_class country currency sector is_tradable",
    "prepared.prices_daily": (
        "as_of_date symbol close adj_close ret_1d volume dollar_volume_usd market_cap_usd is_stale"
    ),
    "prepared.quarantine": "symbol bar_date reason",
    "prepared.revisions": "symbol date field old new observed_at",
    "prepared.listing_status": "symbol status since_date evidence",
    "prepared.data_quality": "source symbol month_date coverage n_gaps n_rejected n_revisions",
    "prepared.survivorship": "as_of_date n_members n_with_data n_without_data",
    "prepared.build_clock": "start_date end_date known_at newest_load_id newest_observed_at",
    "factors.factor_matrix": "as_of_date symbol asset_class",
    "factors.factor_values": (
        "as_of_date symbol factor asset_class raw_value winsorized_value z_score rank_pct"
    ),
    "scores.model_scores": "as_of_date symbol model model_score fold_id",
    "scores.folds": (
        "model fold_id asset_class is_pooled train_start_date train_end_date train_label_end_date "
        "test_start_date test_end_date n_train n_train_months n_test tuned_in"
    ),
    "scores.model_ic": (
        "model as_of_date asset_class fold_id ic rank_ic squared_error squared_target "
        "hit_rate_top_fifth spread_top_bottom n_names"
    ),
    "scores.model_metrics": (
        "model fold_id is_overall ic rank_ic rank_ic_se rank_ic_t_stat rank_ic_critical_value "
        "rank_ic_p_value rank_ic_over_composite rank_ic_over_composite_t_stat r2_oos "
        "hit_rate_top_fifth spread_top_bottom spread_se spread_t_stat n_train n_test"
    ),
    "scores.model_parameters": (
        "model fold_id parameter asset_class value tuned_in validation_rank_ic n_tried"
    ),
    "scores.feature_importance": (
        "model fold_id factor mean_abs_shap mean_shap permutation_importance n_explained "
        "known_on_date"
    ),
    "scores.shap_values": (
        "model fold_id as_of_date symbol factor asset_class feature_value shap_value"
    ),
    "scores.model_diagnostics": (
        "model asset_class bin n_rows mean_score mean_target mean_fwd_ret mean_residual "
        "std_residual calibration_slope calibration_intercept calibration_slope_se"
    ),
    "scores.model_runs": (
        "model fold_id asset_class status reason notes seed parameters n_tried versions "
        "data_fingerprint seconds n_train n_test"
    ),
    "portfolios.target_weights": (
        "as_of_date strategy symbol score desired_weight target_weight trade_date"
    ),
    "portfolios.trades": (
        "trade_date strategy symbol weight_before weight_after trade_weight cost_bps cost_return"
    ),
    "performance.daily_pnl": (
        "date strategy gross_return cash_return cost_return borrow_return net_return "
        "benchmark_return nav drawdown turnover"
    ),
    "performance.summary": (
        "strategy n_days ann_return ann_vol sharpe sortino max_drawdown calmar ann_turnover beta "
        "alpha_ann information_ratio hit_rate skewness kurtosis sharpe_lower sharpe_upper psr dsr "
        "n_trials min_track_record_years"
    ),
    "performance.returns_by_period": (
        "strategy period period_start_date period_end_date n_days net_return gross_return "
        "benchmark_return cost_return turnover ann_vol sharpe max_drawdown"
    ),
    "performance.rolling_metrics": (
        "date strategy window_sessions ann_return ann_vol sharpe sortino beta max_drawdown "
        "ann_turnover"
    ),
    "performance.drawdowns": (
        "strategy drawdown_no peak_date trough_date recovery_date depth n_days_to_trough "
        "n_days_to_recovery n_days_under_water"
    ),
    "performance.sharpe_bootstrap": (
        "strategy sharpe sharpe_lower sharpe_upper sharpe_se block_length n_replicates"
    ),
    "performance.trials": (
        "trial_id strategy sweep settings first_load_id first_data_end_date last_load_id "
        "last_data_end_date data_fingerprint n_days periods_per_year mean_excess std_excess "
        "skewness kurtosis period_sharpe sharpe ann_return"
    ),
    "performance.luck": (
        "strategy n_days sharpe n_trials trials_sharpe_std expected_max_sharpe psr dsr "
        "min_track_record_days min_track_record_years"
    ),
    "performance.overfitting": (
        "peer_group n_strategies n_splits pbo median_logit loss_probability degradation_slope"
    ),
    "performance.overfitting_splits": (
        "peer_group split_no strategy chosen_sharpe other_sharpe relative_rank logit"
    ),
    "performance.cost_sensitivity": (
        "strategy cost_bps aum_usd impact_law net_ann_return net_sharpe break_even_cost_bps"
    ),
    "performance.capacity": (
        "strategy impact_law aum_usd net_sharpe sharpe_without_impact capacity_usd "
        "capacity_reason known_volume_share mean_participation max_participation"
    ),
    "performance.slippage_samples": (
        "strategy draw coefficient_multiplier net_ann_return net_sharpe"
    ),
    "performance.slippage": (
        "strategy n_draws mean_net_sharpe std_net_sharpe net_sharpe_p05 net_sharpe_p50 "
        "net_sharpe_p95 share_above_0"
    ),
    "analysis.factor_returns": (
        "date asset_class factor long_short_return long_return short_return n_long n_short"
    ),
    "analysis.factor_ic": "as_of_date asset_class factor horizon ic n",
    "analysis.factor_premia": (
        "asset_class factor mean mean_ann t_stat critical_value p_value non_overlapping_t "
        "bootstrap_lower_ann bootstrap_upper_ann bootstrap_p_value fdr_p_value n_periods "
        "first_date last_date"
    ),
    "analysis.premia_by_sample": (
        "asset_class factor sample mean mean_ann t_stat critical_value p_value n_periods "
        "first_date last_date"
    ),
    "analysis.ic_decay": (
        "asset_class factor horizon mean_ic std_ic ic_ir t_stat critical_value p_value "
        "non_overlapping_t share_positive n_dates"
    ),
    "analysis.market_regimes": "date asset_class trend volatility",
    "analysis.factor_timing": (
        "asset_class factor regime_kind regime mean mean_ann t_stat critical_value p_value "
        "n_periods"
    ),
    "analysis.factor_correlation": "asset_class factor_a factor_b correlation",
    "factors.factor_catalogue": (
        "factor asset_class year family direction neutralize unit needs paper published_year "
        "min_history_sessions n_dates mean_members mean_values mean_ranks coverage_share "
        "first_date last_date"
    ),
    "analysis.cross_sectional_slopes": (
        "as_of_date asset_class specification regressor slope n_names"
    ),
    "analysis.factor_exposure": (
        "asset_class specification regressor mean_slope mean_slope_ann t_stat critical_value "
        "p_value share_positive n_periods first_date last_date"
    ),
    "analysis.equity_against_crypto": (
        "factor equity_mean_ann equity_t_stat equity_p_value crypto_mean_ann crypto_t_stat "
        "crypto_p_value is_same_sign difference_ann z_difference p_value_difference "
        "weekly_correlation correlation_lower correlation_upper n_weeks"
    ),
    "analysis.cross_class_correlation": (
        "equity_factor crypto_factor weekly_correlation correlation_lower correlation_upper n_weeks"
    ),
    "analysis.fama_french": "date asset_class portfolio return",
    "analysis.fama_french_portfolios": (
        "date asset_class sort size_group characteristic_group return n_names prior_market_cap_usd"
    ),
    "analysis.fama_french_constituents": (
        "formation_date asset_class sort symbol size_group characteristic_group "
        "characteristic_value market_cap_usd held_from_date held_to_date"
    ),
    "analysis.fama_french_breakpoints": (
        "formation_date asset_class country sort size_group size_breakpoint_usd "
        "lower_breakpoint upper_breakpoint n_names n_reference_names"
    ),
    "analysis.rolling_exposures": (
        "date strategy factor beta t_stat critical_value p_value alpha_ann alpha_t_stat r2 n_days"
    ),
    "analysis.attribution": "date strategy source contribution",
    "analysis.attribution_by_group": "date strategy grouping source contribution",
    "analysis.multiverse": (
        "result combination_no universe_floor_usd winsorize_share weighting formation_start "
        "formation_stop fraction lag_sessions cost_bps is_default n_periods mean_ann t_stat "
        "critical_value p_value sharpe ann_turnover"
    ),
    "analysis.multiverse_summary": (
        "result n_combinations share_positive share_significant_positive "
        "share_significant_negative median_mean_ann default_mean_ann default_t_stat "
        "share_below_default"
    ),
    "signals.live_signals": (
        "as_of_date strategy symbol rank score desired_weight target_weight current_weight "
        "trade_weight signal is_scheduled currency price_date close_local close close_usd aum_usd "
        "current_units target_units trade_units has_bar_today"
    ),
    "signals.live_books": "as_of_date strategy symbol current_weight",
    "signals.live_prices": (
        "as_of_date symbol currency price_date close_local close close_usd has_bar_today lot "
        "min_notional_usd"
    ),
}


@pytest.fixture(scope="module")
def manifest(small_market: Market) -> dict:
    return json.loads((small_market.target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def variables() -> dict:
    return yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]


@pytest.mark.parametrize("relation", PUBLIC)
def test_public_tables_have_their_columns_and_comments(small_market: Market, relation: str) -> None:
    schema, table = relation.split(".")
    with duckdb.connect(str(small_market.published), read_only=True) as connection:
        columns = dict(
            connection.execute(
                "select column_name, comment from duckdb_columns() "
                "where schema_name = ? and table_name = ?",
                [schema, table],
            ).fetchall()
        )
        comment = connection.execute(
            "select comment from duckdb_tables() where schema_name = $1 and table_name = $2 "
            "union all "
            "select comment from duckdb_views() where schema_name = $1 and view_name = $2",
            [schema, table],
        ).fetchall()[0][0]
    assert set(PUBLIC[relation].split()) <= set(columns)
    assert comment.startswith("One row per ")
    assert [name for name, said in columns.items() if not said] == []


def test_a_stranger_reads_the_signals(small_market: Market) -> None:
    with duckdb.connect(str(small_market.published), read_only=True) as connection:
        rows = connection.execute(
            "select * from signals.live_signals order by strategy, rank"
        ).fetchall()
    assert len(rows) > 50


def test_every_relation_opens_its_description_with_its_grain_and_tests_it(manifest: dict) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "sound"
    }
    for node in manifest["nodes"].values():
        if node["resource_type"] not in ("model", "seed"):
            continue
        assert node["description"].startswith("One row per "), node["name"]
        if node["name"] != "stg_raw__fundamentals":
            assert node["unique_id"] in tested, f"{node['name']} has no grain test"


def test_models_have_contracts_unless_they_cannot(manifest: dict) -> None:
    free = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and not node["contract"]["enforced"]
    }
    python_models = {"venue_sessions", "model_fits", "risk_parity_weights", "sleeve_budgets"}
    families = {path.stem for path in (REPOSITORY / "dbt_project/models/factors/raw").glob("*.sql")}
    registry_models = {"factor_matrix", "training_panel", *families}
    registry_models |= {"exposure_days", "exposure_solutions"}  # a column per exposure factor
    assert free == python_models | registry_models


def test_lineage_runs_unbroken_from_raw_to_signals_through_the_model(manifest: dict) -> None:
    parents = manifest["parent_map"]

    def ancestors(node: str) -> set[str]:
        found: set[str] = set()
        waiting = [node]
        while waiting:
            for parent in parents.get(waiting.pop(), []):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found

    above = ancestors("model.factorhouse.live_signals")
    assert "model.factorhouse.model_fits" in above
    sources = {node.rsplit(".", 1)[1] for node in above if node.startswith("source.")}
    assert sources == {
        "prices",
        "universe",
        "corporate_actions",
        "fundamentals",
        "fx_rates",
        "interest_rates",
        "symbol_changes",
        "loads",
        "fetch_log",
    }
    # What is computed, not data.
    registries = (
        *("factor_registry", "fama_french_sorts", "strategy_legs"),
        *("score_settings", "trial_settings", "multiverse_specifications"),
    )
    for node in manifest["nodes"].values():
        is_first = node["name"].startswith("stg_") or node["name"] in registries
        if node["resource_type"] == "model" and not is_first:
            assert any(p.startswith("source.") for p in ancestors(node["unique_id"])), node["name"]


def test_only_staging_reads_sources(manifest: dict) -> None:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and not node["name"].startswith("stg_"):
            assert not [p for p in node["depends_on"]["nodes"] if p.startswith("source.")]


def test_staging_reads_the_vintages_known_at_the_second_clock_alone(manifest: dict) -> None:
    for node in manifest["nodes"].values():
        code = node.get("raw_code", "")
        if node["resource_type"] != "model" or "source(" not in code:
            continue
        n_clocked = code.count("is_known(") + code.count("ref('stg_raw__loads')")
        assert n_clocked >= code.count("source("), node["name"]


def test_forward_returns_are_named_only_where_they_may_be(manifest: dict) -> None:
    allowed = {
        "forward_returns",
        "training_targets",
        "labelled_scores",
        "model_ic",
        "model_diagnostics",
        "factor_ic",
        "quantile_forward_returns",
        "slope_labels",
        "slope_equations",
        "cross_sectional_slopes",
    }
    named = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "fwd_" in node["raw_code"]
    }
    assert named <= allowed


def test_models_read_no_clock_and_no_chance(manifest: dict) -> None:
    forbidden = re.compile(r"current_date|current_timestamp|\bnow\(\)|random\(\)|datetime\.now")
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            assert not forbidden.search(node["raw_code"]), node["name"]


def test_layers_do_not_import_each_other() -> None:
    rooms = ("ingest", "models_ml", "reports")
    for room in rooms:
        others = [other for other in rooms if other != room]
        pattern = re.compile(rf"^\s*(from|import)\s+({'|'.join(others)})\b", re.MULTILINE)
        for path in (REPOSITORY / room).rglob("*.py"):
            assert not pattern.search(path.read_text()), path
    for path in REPOSITORY.rglob("*.py"):
        room = path.relative_to(REPOSITORY).parts[0]
        if room in (*rooms, "dbt_project"):
            assert "duckdb.connect(" not in path.read_text(), path


def test_the_registry_is_complete_and_its_files_exist(variables: dict) -> None:
    for factor in variables["factors"]:
        assert {
            "name",
            "family",
            "direction",
            "asset_classes",
            "unit",
            "needs",
            "paper",
        } <= set(factor)
        family = REPOSITORY / f"dbt_project/models/factors/raw/{factor['family']}.sql"
        assert re.search(rf"\b{factor['name']}\b", family.read_text())
    for model in variables["ml_models"]:
        module = model["estimator"].rpartition(".")[0]
        if module.startswith("models_ml."):
            assert (REPOSITORY / (module.replace(".", "/") + ".py")).exists()


def test_strategies_cover_what_they_should() -> None:
    with (REPOSITORY / "dbt_project/seeds/strategies.csv").open(newline="") as seed:
        rows = list(csv.DictReader(seed))
    assert len(rows) >= 8
    assert {row["asset_class"] for row in rows} == {"equity", "crypto", "both"}
    assert {row["side"] for row in rows} == {"long_only", "long_short", "market_neutral"}
    assert {"composite", "ridge", "family_sleeves"} <= {row["score"] for row in rows}


def test_readme_agrees_with_the_code(variables: dict) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", readme, re.MULTILINE)) <= targets
    for path in re.findall(r"`([\w./-]+\.(?:sql|csv|yml|py|md|toml|lock))`", readme):
        assert (REPOSITORY / path).exists() or list(REPOSITORY.rglob(Path(path).name)), path
    for folder in ("ingest", "dbt_project", "models_ml", "warehouse", "reports", "tests"):
        assert f"{folder}/" in readme
    assert "(docs/reference.md)" in readme
    reference = (REPOSITORY / "docs" / "reference.md").read_text()
    for row in (*variables["factors"], *variables["ml_models"]):
        assert f"`{row['name']}`" in reference


def test_ci_calls_the_readme_test_command() -> None:
    assert "make test" in (REPOSITORY / ".ci" / "run").read_text()
    assert "make test" in (REPOSITORY / "README.md").read_text()
