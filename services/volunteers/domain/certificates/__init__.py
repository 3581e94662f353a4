"""Certificates of service hours (志愿服务记录证明): what they say, their numbers."""
