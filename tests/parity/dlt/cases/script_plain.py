"""A script as a dlt user has it, unchanged."""

import dlt


@dlt.source
def chess(players=("magnus", "hikaru")):
    @dlt.resource(write_disposition="replace", primary_key="username")
    def profiles():
        for player in players:
            yield {"username": player, "stats": {"wins": len(player), "openings": ["e4", "d4"]}}

    @dlt.transformer(data_from=profiles, write_disposition="append")
    def games(profile):
        for number in range(2):
            yield {"player": profile["username"], "number": number, "moves": [{"san": "e4"}, {"san": "e5"}]}

    return profiles, games


if __name__ == "__main__":
    pipeline = dlt.pipeline(pipeline_name="chess_pipeline", destination="duckdb", dataset_name="chess_data")
    load_info = pipeline.run(chess())
    print(load_info)
