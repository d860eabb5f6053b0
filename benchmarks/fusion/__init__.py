"""What are several fingers, and several impressions of one, worth together?"""
