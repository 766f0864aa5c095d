# The project with everything that a run needs. Build: docker build -t taftan .
# Run:     docker run --rm -v "$PWD/results:/taftan/results" taftan replay
# Tests:   docker run --rm --entrypoint make taftan test
FROM python:3.12-slim

# git for the commit in manifests, make for the README's commands, Pango for PDFs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git libpango-1.0-0 libpangoft2-1.0-0 make \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /taftan
COPY . .
RUN make setup

ENTRYPOINT [".venv/bin/python", "run.py"]
CMD ["replay"]
