def run(a, b):
    return {"good": {}}
