"""What `dlt.current` tells of the package, the pipe and the zone, in a resource, in a destination and outside."""


def run(dlt, tmp):
    told = []

    def asked(names):
        for name in names:
            try:
                found = getattr(dlt.current, name)()
                told.append([name, sorted(found) if isinstance(found, dict) else getattr(found, "name", found)])
            except Exception as error:
                told.append([name, type(error).__name__])

    names = ("load_package_state", "destination_state", "pipe", "resource_name")
    asked(names)

    @dlt.resource
    def rows():
        asked(names)
        told.append([str(dlt.current.timezone()), dlt.current.interval(), dlt.current.interval.is_empty])
        yield [{"a": 1}, {"a": 2}, {"a": 3}]

    @dlt.destination(batch_size=1)
    def sink(items, table):
        memory = dlt.current.destination_state()
        memory["batches"] = memory.get("batches", 0) + 1
        package = dlt.current.load_package_state()
        told.append([sorted(package), package["state"]["destination_state"]["batches"], package["load_id"].count(".")])

    pipeline = dlt.pipeline("case", destination=sink)
    pipeline.run(rows())
    pipeline.run(rows())
    return told
