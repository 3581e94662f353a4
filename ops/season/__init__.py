"""The 2021 season: planned from the published figures, played through the public doors, checked."""
