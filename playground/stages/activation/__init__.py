"""The activation stage: functions of one number, their slopes, and what becomes of many inputs."""
